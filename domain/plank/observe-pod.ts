/**
 * What the pod of a `pending` ProwJob says about the job (spec jobs.md 5.4 and 5.5, in their order).
 *
 * Pure: the executor looks at the pod, asks here, and does what the verdict says.
 */
import type { RunTimeouts } from '../executor.ts';
import type { FinalState } from '../prowjob.ts';
import { disruptionCondition, type ContainerStatusFacts, type PodFacts, type PodStatusFacts } from './pod-facts.ts';

export interface PodContext {
  nowMs: number;
  timeouts: RunTimeouts;
  /** `error_on_eviction` of the job. */
  errorOnEviction: boolean;
  /** `pod_revival_count`: how often the job's pod was brought back so far. */
  revivals: number;
  /** `plank.max_revivals`; 0 = never. */
  maxRevivals: number;
}

export type PodVerdict =
  /** Nothing to do before the pod changes; where a timeout is running, before `lookAgainAtMs` at the latest. */
  | { kind: 'wait'; lookAgainAtMs?: number }
  | { kind: 'ended'; state: FinalState; description: string; deletePod: boolean }
  /**
   * The pod is to be replaced by a new one with a new build id. Only `counted` ones use up `max_revivals`. A pod that is still
   * there loses the reporter's finalizer and, with `deletePod`, is deleted (it is not where it is being deleted already).
   */
  | { kind: 'revive'; cause: string; counted: boolean; deletePod: boolean };

/** `pod` is undefined where there is none of the job's name. */
export function observePod(pod: PodFacts | undefined, context: PodContext): PodVerdict {
  if (!pod) return { kind: 'revive', cause: 'missing', counted: false, deletePod: false };
  const cause = unexpectedStop(pod);
  return cause ? stopped(pod, cause, context) : judgePhase(pod, context);
}

type StopCause = 'evicted' | 'unreachable' | 'oomkilled' | 'unknown';

/**
 * What today's Kubernetes says where it once said `NodeLost` and `Evicted`: of a node that does not answer or does not exist any
 * more, and of drained nodes and of pods that others displace. Prow does not read it, and fails such jobs: a declared
 * difference. `TerminationByKubelet` is left out, because spec line 52 has a node that shuts down fail the job.
 */
const disruptions: Readonly<Record<string, StopCause>> = {
  DeletionByPodGC: 'unreachable',
  DeletionByGCPControllerManager: 'unreachable',
  DeletionByTaintManager: 'unreachable',
  EvictionByEvictionAPI: 'evicted',
  PreemptionByScheduler: 'evicted',
};

/** The condition comes before the deletion, and stays where that does not happen: by itself it means nothing. */
function disruption({ metadata, status }: PodFacts): StopCause | undefined {
  if (status?.phase === 'Succeeded' || (status?.phase !== 'Failed' && !metadata.deletionTimestamp)) return undefined;
  const found = status?.conditions?.find(({ type, status: is }) => type === disruptionCondition && is === 'True');
  return found && disruptions[found.reason ?? ''];
}

/** Spec 5.5, first table: a stop that the job's own command is not to blame for. */
function unexpectedStop(pod: PodFacts): StopCause | undefined {
  const { metadata, status } = pod;
  if (status?.reason === 'Evicted') return 'evicted';
  if (status?.reason === 'NodeLost' && metadata.deletionTimestamp) return 'unreachable';
  const disrupted = disruption(pod);
  if (disrupted) return disrupted;
  if (status?.phase === 'Unknown') return 'unknown';
  const oom = ({ state }: ContainerStatusFacts) => state?.terminated?.reason === 'OOMKilled';
  return status?.phase === 'Running' && allStatuses(status).some(oom) ? 'oomkilled' : undefined;
}

function stopped(pod: PodFacts, cause: StopCause, { errorOnEviction, revivals, maxRevivals }: PodContext): PodVerdict {
  if (cause === 'oomkilled') return error('Job pod was OOM killed by the cluster.');
  if (cause === 'evicted' && errorOnEviction) return error('Job pod was evicted by the cluster.');
  if (revivals >= maxRevivals) return error(reachedMaxRevivals(revivals, cause));
  return { kind: 'revive', cause, counted: true, deletePod: !pod.metadata.deletionTimestamp };
}

/** The description of a job whose run was lost once more after `revivals` revivals. */
export function reachedMaxRevivals(revivals: number, cause: string): string {
  return `Job pod reached max revivals (${revivals}) after being stopped unexpectedly (${cause})`;
}

function judgePhase(pod: PodFacts, context: PodContext): PodVerdict {
  switch (pod.status?.phase) {
    case 'Succeeded':
      return allSucceeded(pod)
        ? ended('success', 'Job succeeded.')
        : error("Pod was in succeeded phase but some containers didn't finish");
    case 'Failed':
      return ended('failure', 'Job failed.');
    case 'Pending':
      return judgePending(pod, context);
    case 'Running':
      return judgeRunning(pod, context);
    default:
      return waitUnlessDeleted(pod);
  }
}

/** Every container that has a status at all: old pods lose theirs. */
function allSucceeded({ status }: PodFacts): boolean {
  return allStatuses(status).every(({ state }) => {
    const ending = state?.terminated;
    return ending !== undefined && ending.exitCode === 0 && Boolean(ending.finishedAt);
  });
}

function allStatuses(status: PodStatusFacts | undefined): ContainerStatusFacts[] {
  return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
}

function judgePending(pod: PodFacts, { nowMs, timeouts }: PodContext): PodVerdict {
  const started = timeMs(pod.status?.startTime);
  const due =
    started === undefined
      ? (timeMs(pod.metadata.creationTimestamp) ?? nowMs) + timeouts.unscheduledMs
      : started + timeouts.pendingMs;
  if (nowMs < due) return waitUnlessDeleted(pod, due);
  return error(started === undefined ? 'Pod scheduling timeout.' : 'Pod pending timeout.', true);
}

function judgeRunning(pod: PodFacts, { nowMs, timeouts }: PodContext): PodVerdict {
  const started = timeMs(pod.status?.startTime);
  // A pod that is being deleted was deleted by somebody, however long it ran.
  if (started === undefined || pod.metadata.deletionTimestamp) return waitUnlessDeleted(pod);
  const due = started + timeouts.runningMs;
  if (nowMs < due) return waitUnlessDeleted(pod, due);
  return ended('aborted', 'Pod running timeout.', true);
}

function waitUnlessDeleted(pod: PodFacts, lookAgainAtMs?: number): PodVerdict {
  if (pod.metadata.deletionTimestamp) return error('Pod got deleted unexpectedly');
  return { kind: 'wait', ...(lookAgainAtMs !== undefined && { lookAgainAtMs }) };
}

function timeMs(time: string | undefined): number | undefined {
  return time ? Date.parse(time) : undefined;
}

function error(description: string, deletePod = false): PodVerdict {
  return ended('error', description, deletePod);
}

function ended(state: FinalState, description: string, deletePod = false): PodVerdict {
  return { kind: 'ended', state, description, deletePod };
}
