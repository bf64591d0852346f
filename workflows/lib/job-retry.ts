/**
 * Retries of a periodic: inside the scheduled workflow, so that the schedule's overlap rule holds (architecture.md 3.6).
 *
 * Each attempt is a run of its own by continue-as-new, hence a ProwJob of its own, with the count in its label.
 */
import { makeContinueAsNewFunc, sleep, workflowInfo } from '@temporalio/workflow';
import { retryDelayMs, retryLabel } from '../../domain/jobs/retry.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { memoKey } from '../../domain/prowjob-memo.ts';
import { startAttributes, startMemo } from '../../domain/prowjob-start.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import type { prowJob } from '../prow-job.ts';
import { attributePairs } from '../search-attributes.ts';

/** Continues as the next attempt where the retry policy says so, after its interval; otherwise returns. */
export async function retryIfDue(input: ProwJobInput, last: ProwJob): Promise<void> {
  const attempt = input.attempt ?? 0;
  const startedMs = Date.parse(last.status.startTime);
  const delayMs = retryDelayMs(input.retry, { attempt, state: last.status.state, startedMs }, Date.now());
  if (delayMs === undefined) return;
  if (delayMs > 0) await sleep(delayMs, { summary: `wait for retry ${attempt + 1}` });
  const next: ProwJobInput = {
    ...input,
    attempt: attempt + 1,
    labels: { ...input.labels, [retryLabel]: String(attempt + 1) },
  };
  const continueAsRetry = makeContinueAsNewFunc<typeof prowJob>({
    workflowType: workflowInfo().workflowType,
    memo: { [memoKey]: startMemo(next) },
    typedSearchAttributes: attributePairs(startAttributes(next)),
  });
  await continueAsRetry(next);
}
