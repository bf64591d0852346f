/**
 * `runLog`: a piece of a running pod's log, read by the worker of its cluster, for Deck and CLI where they cannot reach the cluster
 * themselves (architecture.md 3.9: a build cluster needs only outbound access).
 */
import { proxyActivities } from '@temporalio/workflow';
import type { RunLogActivities } from '../activities/run-logs.ts';
import type { RunLogAnswer, RunLogRequest } from '../domain/run-log.ts';
import { taskQueues } from '../domain/wire.ts';

export async function runLog(request: RunLogRequest): Promise<RunLogAnswer> {
  // A person waits: a cluster that is away is no reason to wait longer than for a page.
  const { readRunLog } = proxyActivities<RunLogActivities>({
    taskQueue: taskQueues.runs(request.site),
    summary: 'read a piece of the log',
    startToCloseTimeout: 15_000,
    scheduleToCloseTimeout: 20_000,
    retry: { maximumAttempts: 2 },
  });
  return await readRunLog(request);
}
