/** ProwJobs whose workflows did not end by themselves: terminated, failed, or ended by a timeout. Nobody was told of their end. */
import { defaultPayloadConverter } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import type { ProwJobSummary } from './api.ts';
import { createProwJobs } from './prowjobs.ts';

export interface ForcedEnding {
  summary: ProwJobSummary;
  /** Name of the ProwJob: of one that was reset, the run id of its first run. */
  name: string;
  /** What it was started with. */
  input: ProwJobInput;
}

export interface ForcedEndings {
  /** Those that ended from then on (ms), about a second late. One that goes on as another run is none. */
  since(timeMs: number): AsyncIterable<ForcedEnding>;
}

export function createForcedEndings(client: Client): ForcedEndings {
  const prowJobs = createProwJobs(client);
  return {
    async *since(timeMs) {
      const closed = `CloseTime>="${new Date(timeMs).toISOString()}"`;
      const query = `ExecutionStatus IN ("Terminated","Failed","TimedOut") AND ${closed}`;
      for await (const summary of prowJobs.list({ query })) {
        const { closeTime } = await client.workflow.getHandle(summary.workflowId).describe();
        if (!closeTime) continue;
        yield { summary, ...(await startOf(client, summary)) };
      }
    },
  };
}

/** The first event of its history says with what it began. */
async function startOf(
  client: Client,
  { workflowId, name: runId }: ProwJobSummary,
): Promise<Pick<ForcedEnding, 'name' | 'input'>> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const [payload] = started?.input?.payloads ?? [];
  if (!payload) throw new Error(`The history of ${workflowId} does not say with what it began.`);
  const input = defaultPayloadConverter.fromPayload<ProwJobInput>(payload);
  // As the workflow itself does it: each retry of a periodic is a ProwJob of its own.
  return { name: input.attempt ? runId : started?.firstExecutionRunId || runId, input };
}
