/**
 * Creates the pod of a run, or adopts the one that an earlier attempt has created (spec jobs.md 5.2; architecture.md 3.5).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { StartedRun } from '../../domain/executor.ts';
import { adoptedBuildId } from '../../domain/plank/adopted-build-id.ts';
import { classifyCreateError } from '../../domain/plank/classify-create-error.ts';
import type { Pod as WantedPod } from '../../domain/pod.ts';
import { ApiRefusal, ClusterUnavailable, PodNotGone, PodNotOurs, PodRejected } from './api-error.ts';
import type { Pod } from './api-types.ts';
import type { BuildCluster } from './build-cluster.ts';
import { deleteRunPod } from './delete-pod.ts';
import { isPodOf, podFacts } from './pod-facts.ts';

export interface StartPodOptions {
  /** The run's build id is in its labels. */
  pod: WantedPod;
  buildId: string;
  /** Build ids of the ProwJob's runs that are over: their pods are not adopted. */
  endedBuildIds: readonly string[];
  /** How long an earlier pod is waited for; whoever calls tries again. */
  patienceMs: number;
}

const lookEveryMs = 500;

/** Throws PodRejected, PodNotOurs (final), PodNotGone, ClusterUnavailable (worth a retry). */
export async function startPod(cluster: BuildCluster, options: StartPodOptions): Promise<StartedRun> {
  const { pod, buildId, endedBuildIds, patienceMs } = options;
  const { name } = pod.metadata;
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const created = await create(cluster, pod);
    if (created) {
      cluster.pods().note(created);
      return { buildId, adopted: false };
    }
    const found = await cluster.api.get(name);
    if (found) {
      const facts = podFacts(found);
      if (!isPodOf(facts, name)) throw new PodNotOurs(`${cluster.namespace}/${name} in cluster ${cluster.name}`);
      const itsBuildId = adoptedBuildId(facts) ?? buildId;
      const isOver = endedBuildIds.includes(itsBuildId);
      if (!found.metadata.deletionTimestamp && !isOver) {
        cluster.pods().note(found);
        return { buildId: itsBuildId, adopted: true };
      }
      if (isOver) await deleteRunPod(cluster, found);
    }
    if (performance.now() > deadline) throw new PodNotGone(`${cluster.namespace}/${name} in cluster ${cluster.name}`);
    await delay(lookEveryMs);
  }
}

/** Undefined where a pod has that name already. */
async function create(cluster: BuildCluster, pod: WantedPod): Promise<Pod | undefined> {
  try {
    return await cluster.api.create({
      ...pod,
      metadata: { ...pod.metadata, namespace: cluster.namespace },
    } as WantedPod);
  } catch (error) {
    if (error instanceof ApiRefusal) return refused(cluster, pod.metadata.name, error);
    if (error instanceof ClusterUnavailable && isTooLarge(error))
      throw rejected(cluster, pod.metadata.name, error.answer);
    throw error;
  }
}

function refused(cluster: BuildCluster, name: string, error: ApiRefusal): undefined {
  const { status, reason, answer } = error;
  if (status === 409 && reason === 'AlreadyExists') return undefined;
  // A namespace that is being made, a quota that changes while it is counted: declared differences, as is 429.
  if (status === 404 || status === 409) {
    throw new ClusterUnavailable(`create pod ${cluster.namespace}/${name} in cluster ${cluster.name}`, undefined, {
      status,
      message: answer,
    });
  }
  throw rejected(cluster, name, answer, status);
}

function rejected(cluster: BuildCluster, name: string, message: string, status = 413): Error {
  const place = { namespace: cluster.namespace, name, cluster: cluster.name };
  const verdict = classifyCreateError({ status, message }, place);
  return verdict.kind === 'final' ? new PodRejected(verdict.description) : new Error(message);
}

/** The database behind the API server has a limit of its own, which it reports as an error of the server. */
function isTooLarge({ status, answer }: ClusterUnavailable): boolean {
  return status === 500 && /request is too large|exceeds? .*limit/i.test(answer);
}
