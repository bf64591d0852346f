/**
 * Whether a finished periodic is run again, and when (spec jobs.md 3.7, with the retry interval kept apart from the job's
 * own interval: the spec rules Prow's overwriting of the latter a defect).
 */
import type { RetryPolicy } from '../prowjob-input.ts';
import type { ProwJobState } from '../prowjob.ts';

export const maxRetryAttempts = 10;
export const retryLabel = 'prow.k8s.io/re-run';

/** Milliseconds to wait from `now` until the next attempt; undefined = no further attempt. */
export function retryDelayMs(
  retry: RetryPolicy | undefined,
  last: { attempt: number; state: ProwJobState; startedMs: number },
  nowMs: number,
): number | undefined {
  if (!retry) return undefined;
  if (last.state === 'success' && !retry.runAll) return undefined;
  if (last.attempt + 1 > Math.min(retry.attempts, maxRetryAttempts)) return undefined;
  return Math.max(0, last.startedMs + retry.intervalMs - nowMs);
}
