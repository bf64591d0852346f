/** Evaluates a case of `plank.jsonl` (golden data, jobs/README.md): one reconcile, and what there is afterwards. */
import type { PodFacts } from '../../domain/plank/pod-facts.ts';
import { buildIdLabel } from '../../domain/plank/pod-facts.ts';
import { isComplete, type ProwJob } from '../../domain/prowjob.ts';
import { jobUrl } from '../../rules/job-url.ts';
import { timeoutsFor } from '../../rules/prowjob-input.ts';
import type { Evaluation } from './decode.ts';
import { reconcile, type PlankRules, type PlankWorld, type Reconciled } from './plank-reconcile.ts';
import { sameGolden } from './same.ts';

export interface PlankCase {
  case: string;
  input: {
    now: string;
    reconcile: GivenJob;
    others: GivenJob[] | null;
    pods: PodFacts[] | null;
    plankMaxConcurrency: number;
    jobQueueCapacities: Record<string, number> | null;
    maxRevivals: number;
    createError: number | 'network' | null;
    deleteError: number | 'network' | null;
  };
  expect: PlankOutcome;
}

/** Without what these cases leave out of a ProwJob. */
export interface GivenJob {
  metadata: Partial<ProwJob['metadata']> & Pick<ProwJob['metadata'], 'name' | 'namespace' | 'creationTimestamp'>;
  spec: ProwJob['spec'];
  status: ProwJob['status'];
}

export interface PlankOutcome {
  error: boolean;
  requeueSeconds: number;
  prowjobs: JobOutcome[];
  pods: { name: string; buildId: string; deleting: boolean }[];
}

export interface JobOutcome {
  name: string;
  state: string;
  complete: boolean;
  description: string;
  build_id: string;
  pod_name: string;
  pendingTime: boolean;
  url: string;
  revivals: number;
  prev: Record<string, string> | null;
  labels: Record<string, string> | null;
}

/** The installation that the data was made with. */
const plank = {
  pod_pending_timeout: '1h',
  pod_running_timeout: '2h',
  pod_unscheduled_timeout: '5m',
  job_url_template: '{{.ObjectMeta.Name}}/{{.Status.State}}',
};
const podNamespace = 'pods';
const newBuildId = '999';
/** Seconds by which two requeue times may differ and still say the same. */
const requeueTolerance = 2;

export function evaluatePlankCase({ input, expect: golden }: PlankCase): Evaluation {
  const computed = outcomeOf(input);
  const isClose = Math.abs(computed.requeueSeconds - golden.requeueSeconds) <= requeueTolerance;
  const ours = isClose ? { ...computed, requeueSeconds: golden.requeueSeconds } : computed;
  return { ours, golden, equal: sameGolden(ours, golden) };
}

export function outcomeOf(input: PlankCase['input']): PlankOutcome {
  const world = worldOf(input);
  const { name } = input.reconcile.metadata;
  const after = reconcile(name, world, rulesOf(input));
  return {
    error: after.error ?? false,
    requeueSeconds: requeueSeconds(after, world.pods.get(name)),
    prowjobs: outcomesOf(after.world, input),
    pods: [...after.world.pods.values()].map(podOutcome).toSorted(byName),
  };
}

export function worldOf({ now, reconcile: own, others, pods }: PlankCase['input']): PlankWorld {
  const jobs = [own, ...(others ?? [])].map(completed);
  return {
    nowMs: Date.parse(now),
    jobs: new Map(jobs.map((job) => [job.metadata.name, job])),
    pods: new Map((pods ?? []).map((pod) => [pod.metadata.name, pod])),
  };
}

/** The ProwJobs of a world in the shape and order of the golden data. */
export function outcomesOf({ jobs }: PlankWorld, { reconcile: own, others }: PlankCase['input']): JobOutcome[] {
  const labelled = new Set([own, ...(others ?? [])].filter(({ metadata }) => metadata.labels).map(nameOf));
  // Every ProwJob of ours has labels. Those of the reference that have none do not get any.
  return [...jobs.values()].map((job) => jobOutcome(job, labelled.has(nameOf(job)))).toSorted(byName);
}

function rulesOf(input: PlankCase['input']): PlankRules {
  const { createError, deleteError } = input;
  return {
    podNamespace,
    newBuildId,
    clusters: ['default'],
    maxConcurrency: input.plankMaxConcurrency,
    queueCapacities: input.jobQueueCapacities ?? {},
    maxRevivals: input.maxRevivals,
    timeouts: (job) => timeoutsFor(job.spec, plank),
    url: (job) => jobUrl(job, { plank }),
    ...(createError !== null && { createError }),
    ...(deleteError !== null && { deleteError }),
  };
}

function completed({ metadata, spec, status }: GivenJob): ProwJob {
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: { labels: {}, annotations: {}, ...metadata },
    spec,
    status,
  };
}

/** The reference has no timer for a running pod: it sees the timeout when it looks for another reason. We look in time. */
function requeueSeconds({ lookAgainAtMs, world }: Reconciled, pod: PodFacts | undefined): number {
  if (lookAgainAtMs === undefined || pod?.status?.phase === 'Running') return 0;
  return Math.round((lookAgainAtMs - world.nowMs) / 1000);
}

function jobOutcome(job: ProwJob, isLabelled: boolean): JobOutcome {
  const { metadata, status } = job;
  return {
    name: metadata.name,
    state: status.state,
    complete: isComplete(job),
    description: status.description ?? '',
    build_id: status.build_id ?? '',
    pod_name: status.pod_name ?? '',
    pendingTime: status.pendingTime !== undefined,
    url: status.url ?? '',
    revivals: status.pod_revival_count ?? 0,
    prev: status.prev_report_states ?? null,
    labels: isLabelled ? metadata.labels : null,
  };
}

export function podOutcome({ metadata }: PodFacts): PlankOutcome['pods'][number] {
  return {
    name: metadata.name,
    buildId: metadata.labels?.[buildIdLabel] ?? '',
    deleting: Boolean(metadata.deletionTimestamp),
  };
}

function nameOf({ metadata }: { metadata: { name: string } }): string {
  return metadata.name;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
