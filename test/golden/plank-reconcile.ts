/**
 * One reconcile of a ProwJob (spec jobs.md 5.1-5.6) as a pure function, composed of the rules that the product uses: the limits
 * of `limiter`, the duplicates of the change actor, the steps of `prowJob`, and what the Kubernetes executor asks about pods.
 *
 * The product has no such loop: a workflow per ProwJob carries the state. This puts its rules in the order of the reference,
 * so that they can be compared with what that does.
 */
import type { RunTimeouts } from '../../domain/executor.ts';
import { abortedAsDuplicate, olderDuplicates } from '../../domain/jobs/duplicates.ts';
import { mayStart, type LimitKind } from '../../domain/jobs/limits.ts';
import { finishedProwJob, pendingProwJob, revivedProwJob } from '../../domain/jobs/prowjob-life.ts';
import { adoptedBuildId } from '../../domain/plank/adopted-build-id.ts';
import { classifyCreateError, unknownCluster } from '../../domain/plank/classify-create-error.ts';
import { observePod } from '../../domain/plank/observe-pod.ts';
import { buildIdLabel, reporterFinalizer, type PodFacts } from '../../domain/plank/pod-facts.ts';
import { isComplete, type FinalState, type ProwJob } from '../../domain/prowjob.ts';

/** The reference looks again at jobs that wait for a limit after so long (spec 5.2). */
const limitRetryMs = 10_000;

export interface PlankWorld {
  nowMs: number;
  /** All ProwJobs by name. */
  jobs: ReadonlyMap<string, ProwJob>;
  /** All pods of the one build cluster, by name. */
  pods: ReadonlyMap<string, PodFacts>;
}

export interface PlankRules {
  podNamespace: string;
  maxConcurrency: number;
  queueCapacities: Readonly<Record<string, number>>;
  maxRevivals: number;
  timeouts(job: ProwJob): RunTimeouts;
  url(job: ProwJob): string;
  newBuildId: string;
  clusters: readonly string[];
  /** The HTTP status that the cluster answers to a creation or deletion; `network` is no answer at all. */
  createError?: number | 'network';
  deleteError?: number | 'network';
}

export interface Reconciled {
  world: PlankWorld;
  /** Nothing was found out: the pass is repeated with a back-off. */
  error?: true;
  lookAgainAtMs?: number;
}

export function reconcile(name: string, before: PlankWorld, rules: PlankRules): Reconciled {
  const given = before.jobs.get(name);
  if (!given || !isReconciled(given)) return { world: before };
  const world = withoutDuplicates(given, before);
  const job = world.jobs.get(name) ?? given;
  // It was just aborted itself. The reference goes on with what it read before; the spec rules that a defect (5.3).
  if (job !== given) return { world };
  const cluster = job.spec.cluster || 'default';
  if (!rules.clusters.includes(cluster)) {
    const description = unknownCluster(cluster, job.status.state === 'aborted' ? 'delete' : 'start');
    return { world: withJob(world, finished(job, 'error', description, world)) };
  }
  switch (job.status.state) {
    case 'triggered':
      return startTriggered(job, world, rules);
    case 'pending':
      return followPending(job, world, rules);
    case 'aborted':
      return endAborted(job, world, rules);
    default:
      return { world };
  }
}

function isReconciled(job: ProwJob): boolean {
  return job.spec.agent === 'kubernetes' && !isComplete(job) && job.status.state !== 'scheduling';
}

function isActive({ spec, status }: ProwJob): boolean {
  return spec.agent === 'kubernetes' && (status.state === 'pending' || status.state === 'triggered');
}

/** Spec 5.3: over all jobs of that name, in the order in which the API lists them. */
function withoutDuplicates({ spec }: ProwJob, world: PlankWorld): PlankWorld {
  const same = [...world.jobs.values()].filter((job) => job.spec.job === spec.job && isActive(job));
  const byName = same.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return olderDuplicates(byName).map(abortedAsDuplicate).reduce(withJob, world);
}

/** Spec 5.2. */
function startTriggered(job: ProwJob, world: PlankWorld, rules: PlankRules): Reconciled {
  const pod = world.pods.get(job.metadata.name);
  if (pod) return pending(job, adoptedBuildId(pod) ?? '', world, rules);
  const admitted = isAdmitted(job, world, rules);
  if (admitted === 'unknown queue') return { world, error: true };
  if (!admitted) return { world, lookAgainAtMs: world.nowMs + limitRetryMs };
  const created = createPod(job, world, rules);
  if (created === 'retry') return { world, error: true };
  if ('refusal' in created) return { world: withJob(world, finished(created.job, 'error', created.refusal, world)) };
  return pending(job, rules.newBuildId, created.world, rules);
}

function pending(job: ProwJob, buildId: string, world: PlankWorld, rules: PlankRules): Reconciled {
  const started = pendingProwJob(job, { buildId, now: new Date(world.nowMs) });
  return { world: withJob(world, withUrl(started, rules)) };
}

/** In the reference's order: the installation's limit, the job's, the queue's. */
function isAdmitted(job: ProwJob, world: PlankWorld, rules: PlankRules): boolean | 'unknown queue' {
  const { max_concurrency: own = 0, job_queue_name: queue, job: name } = job.spec;
  const all = [...world.jobs.values()].filter((other) => isActive(other) && other !== job);
  const within = (kind: LimitKind, capacity: number, rivals: readonly ProwJob[], orderly: boolean) => {
    const created = (other: ProwJob) => Date.parse(other.metadata.creationTimestamp);
    const earlier = rivals
      .filter(({ status }) => status.state === 'triggered')
      .filter((r) => created(r) < created(job));
    return mayStart(kind, capacity, {
      pending: rivals.filter(({ status }) => status.state === 'pending').length,
      earlier: orderly ? earlier.length : 0,
    });
  };
  if (!within('global', rules.maxConcurrency, all, false)) return false;
  const sameName = all.filter(({ spec }) => spec.job === name);
  if (!within('job', own, sameName, true)) return false;
  if (!queue) return true;
  const capacity = rules.queueCapacities[queue];
  if (capacity === undefined) return 'unknown queue';
  const sameQueue = all.filter(({ spec }) => spec.job_queue_name === queue);
  return within('queue', capacity, sameQueue, true);
}

/** Spec 5.4 and 5.5. */
function followPending(job: ProwJob, world: PlankWorld, rules: PlankRules): Reconciled {
  const { name } = job.metadata;
  const pod = world.pods.get(name);
  const verdict = observePod(pod, {
    nowMs: world.nowMs,
    timeouts: rules.timeouts(job),
    errorOnEviction: job.spec.error_on_eviction ?? false,
    revivals: job.status.pod_revival_count ?? 0,
    maxRevivals: rules.maxRevivals,
  });
  if (verdict.kind === 'wait') {
    return { world, ...(verdict.lookAgainAtMs !== undefined && { lookAgainAtMs: verdict.lookAgainAtMs }) };
  }
  if (verdict.kind === 'revive' && !pod) return recreate(job, world, rules);
  const stripped = verdict.kind === 'revive' ? withoutFinalizer(name, world) : world;
  const cleared = verdict.deletePod ? deletePod(name, stripped, rules) : stripped;
  if (cleared === 'retry') return { world: stripped, error: true };
  if (verdict.kind === 'revive') return { world: withJob(cleared, verdict.counted ? revivedProwJob(job) : job) };
  const ended = finished(job, verdict.state, verdict.description, world);
  return { world: withJob(cleared, withUrl(ended, rules)) };
}

/** The pod is gone: another run of the same job. */
function recreate(job: ProwJob, world: PlankWorld, rules: PlankRules): Reconciled {
  const created = createPod(job, world, rules);
  if (created === 'retry') return { world, error: true };
  if (!('refusal' in created)) return pending(job, rules.newBuildId, created.world, rules);
  const refused = finished(created.job, 'error', created.refusal, world);
  return { world: withJob(world, withUrl(refused, rules)) };
}

/** Spec 5.6. */
function endAborted(job: ProwJob, world: PlankWorld, rules: PlankRules): Reconciled {
  const cleared = deletePod(job.metadata.name, world, rules);
  if (cleared === 'retry') return { world, error: true };
  return { world: withJob(cleared, finished(job, 'aborted', job.status.description ?? '', world)) };
}

type Created = 'retry' | { world: PlankWorld } | { job: ProwJob; refusal: string };

function createPod(job: ProwJob, world: PlankWorld, rules: PlankRules): Created {
  const { name } = job.metadata;
  const { createError, newBuildId, podNamespace } = rules;
  if (createError !== undefined) {
    const answer = { message: '', ...(createError !== 'network' && { status: createError }) };
    const place = { namespace: podNamespace, name, cluster: job.spec.cluster || 'default' };
    const means = classifyCreateError(answer, place);
    if (means.kind === 'retry') return 'retry';
    // The build id was given to that attempt and stays (spec 5.1).
    return { job: { ...job, status: { ...job.status, build_id: newBuildId } }, refusal: means.description };
  }
  const pod: PodFacts = { metadata: { name, labels: { [buildIdLabel]: newBuildId } } };
  return { world: { ...world, pods: new Map(world.pods).set(name, pod) } };
}

/** As the API server does it: a pod with finalizers stays, marked, until they are gone. A missing one is fine. */
function deletePod(name: string, world: PlankWorld, { deleteError }: PlankRules): PlankWorld | 'retry' {
  if (deleteError === 404) return world;
  if (deleteError !== undefined) return 'retry';
  const pod = world.pods.get(name);
  if (!pod) return world;
  const deletionTimestamp = pod.metadata.deletionTimestamp ?? new Date(world.nowMs).toISOString();
  return settled({ ...pod, metadata: { ...pod.metadata, deletionTimestamp } }, world);
}

function withoutFinalizer(name: string, world: PlankWorld): PlankWorld {
  const pod = world.pods.get(name);
  if (!pod?.metadata.finalizers?.includes(reporterFinalizer)) return world;
  const finalizers = pod.metadata.finalizers.filter((finalizer) => finalizer !== reporterFinalizer);
  return settled({ ...pod, metadata: { ...pod.metadata, finalizers } }, world);
}

function settled(pod: PodFacts, world: PlankWorld): PlankWorld {
  const pods = new Map(world.pods);
  const { name, deletionTimestamp, finalizers = [] } = pod.metadata;
  if (deletionTimestamp && finalizers.length === 0) pods.delete(name);
  else pods.set(name, pod);
  return { ...world, pods };
}

function finished(job: ProwJob, state: FinalState, description: string, { nowMs }: PlankWorld): ProwJob {
  return finishedProwJob(job, { state, description, now: new Date(nowMs) });
}

function withUrl(job: ProwJob, rules: PlankRules): ProwJob {
  return { ...job, status: { ...job.status, url: rules.url(job) } };
}

function withJob(world: PlankWorld, job: ProwJob): PlankWorld {
  return { ...world, jobs: new Map(world.jobs).set(job.metadata.name, job) };
}
