/**
 * Which pods are to be removed, and why (spec jobs.md 7 step 4).
 */
import { prowJobNameLabel, reporterFinalizer, type PodFacts } from '../plank/pod-facts.ts';

export type PodRemoval = 'aged' | 'ttled' | 'orphaned';

/** What is known of a pod's ProwJob; `completedMs` once it is complete. */
export interface PodOwner {
  completedMs?: number;
}

export interface PodAges {
  /** `sinker.max_pod_age`, counted from the pod's start. */
  maxPodAgeMs: number;
  /** `sinker.terminated_pod_ttl`, counted from the ProwJob's completion. */
  terminatedPodTtlMs: number;
}

export interface PodJudgement {
  remove?: PodRemoval;
  /** The reporter's finalizer would keep the pod although nobody waits for it. */
  stripFinalizer: boolean;
}

/** A pod may be there before its ProwJob can be seen. */
const orphanAgeMs = 30_000;

/** The ProwJob that a pod belongs to. */
export function ownerName({ metadata }: PodFacts): string {
  return metadata.labels?.[prowJobNameLabel] ?? metadata.name;
}

/** `owner` is undefined where a fresh look found no such ProwJob. Pods of an incomplete one stay, however old they are. */
export function judgePod(pod: PodFacts, owner: PodOwner | undefined, nowMs: number, ages: PodAges): PodJudgement {
  const remove = owner ? expired(pod, owner, nowMs, ages) : orphaned(pod, nowMs);
  const isOver = owner ? owner.completedMs !== undefined : remove !== undefined;
  const stripFinalizer = isOver && (pod.metadata.finalizers?.includes(reporterFinalizer) ?? false);
  return { ...(remove && { remove }), stripFinalizer };
}

function expired(pod: PodFacts, { completedMs }: PodOwner, nowMs: number, ages: PodAges): PodRemoval | undefined {
  if (completedMs === undefined) return undefined;
  const { startTime } = pod.status ?? {};
  if (startTime && nowMs - Date.parse(startTime) > ages.maxPodAgeMs) return 'aged';
  return nowMs - completedMs > ages.terminatedPodTtlMs ? 'ttled' : undefined;
}

function orphaned({ metadata }: PodFacts, nowMs: number): PodRemoval | undefined {
  const { creationTimestamp } = metadata;
  return creationTimestamp && nowMs - Date.parse(creationTimestamp) > orphanAgeMs ? 'orphaned' : undefined;
}
