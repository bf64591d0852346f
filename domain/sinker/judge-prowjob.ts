/**
 * Which ProwJobs are to be removed, and why (spec jobs.md 7 steps 2 and 3). Holds for executions and for records alike.
 */
import type { ProwJobType } from '../prowjob.ts';

export type ProwJobRemoval = 'aged' | 'aged-periodic';

export interface AgedProwJob {
  type: ProwJobType;
  /** Its **start**: how long it ran does not matter. */
  startMs: number;
  complete: boolean;
}

/**
 * Undefined for those that stay: all incomplete ones, and `latestOfPeriodic`, the run with the latest start of a periodic that
 * is still configured, even if it is decades old.
 */
export function judgeProwJob(
  { type, startMs, complete }: AgedProwJob,
  context: { nowMs: number; maxProwJobAgeMs: number; latestOfPeriodic: boolean },
): ProwJobRemoval | undefined {
  if (!complete || context.nowMs - startMs <= context.maxProwJobAgeMs) return undefined;
  if (type !== 'periodic') return 'aged';
  return context.latestOfPeriodic ? undefined : 'aged-periodic';
}
