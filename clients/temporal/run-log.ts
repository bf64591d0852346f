/** Logs of running pods by way of Temporal: the worker of their cluster reads them (workflow `runLog`). */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { LiveLogPart, LiveLogs } from '../../domain/live-logs.ts';
import { maxRunLogBytes, type RunLogAnswer, type RunLogRequest } from '../../domain/run-log.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';

/** Longer than the workflow itself gives its activity. */
const timeoutMs = 30_000;

/** Those of one cluster. Rejects where its worker does not answer. */
export function createRemoteLogs(client: Client, site: string): LiveLogs {
  /** Several people who follow one log ask the same thing at the same time. */
  const asked = new Map<string, Promise<LiveLogPart | undefined>>();

  async function ask(request: RunLogRequest): Promise<LiveLogPart | undefined> {
    const { base64, next, atEnd } = await client.workflow.execute<(request: RunLogRequest) => Promise<RunLogAnswer>>(
      workflowTypes.runLog,
      {
        workflowId: ids.runLog(randomUUID()),
        taskQueue: taskQueues.actors,
        args: [request],
        workflowExecutionTimeout: timeoutMs,
        staticSummary: `log of ${request.name}`,
      },
    );
    return base64 === undefined ? undefined : { content: Buffer.from(base64, 'base64'), next, atEnd };
  }

  return {
    async read(run, { offset, limit }) {
      const request = { ...run, site, offset, limit: Math.min(limit, maxRunLogBytes) };
      const key = JSON.stringify(request);
      const answer = asked.get(key) ?? ask(request).finally(() => asked.delete(key));
      asked.set(key, answer);
      return await answer;
    },
  };
}
