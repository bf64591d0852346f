/** Starts the workflow of a ProwJob, however often it is asked to (architecture.md 3.1, 3.2). */
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  type Client,
} from '@temporalio/client';
import { isProwJobState, type ProwJobState } from '../domain/prowjob.ts';
import type { ProwJobInput } from '../domain/prowjob-input.ts';
import { memoKey } from '../domain/prowjob-memo.ts';
import { startAttributes, startMemo, startSummary } from '../domain/prowjob-start.ts';
import { taskQueues, workflowTypes } from '../domain/wire.ts';
import { attributePairs, stateKey } from '../workflows/search-attributes.ts';

export interface StartProwJobRequest {
  workflowId: string;
  input: ProwJobInput;
}

export interface StartedProwJob {
  /** Name of the ProwJob. */
  prowJob: string;
  workflowId: string;
  job: string;
  /** This very start has happened before: what is known of the ProwJob now. */
  before?: { startedAt: Date; state: ProwJobState; complete: boolean };
}

export async function startProwJob(
  client: Client,
  { workflowId, input }: StartProwJobRequest,
): Promise<StartedProwJob> {
  const { job } = input.spec;
  try {
    const handle = await client.workflow.start(workflowTypes.prowJob, {
      workflowId,
      taskQueue: taskQueues.jobs,
      args: [input],
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      memo: { [memoKey]: startMemo(input) },
      typedSearchAttributes: attributePairs(startAttributes(input)),
      staticSummary: startSummary(input.spec),
    });
    return { prowJob: handle.firstExecutionRunId, workflowId, job };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const described = await client.workflow.getHandle(workflowId).describe();
    const first = described.raw.workflowExecutionInfo?.firstRunId;
    const state = described.typedSearchAttributes.get(stateKey);
    return {
      prowJob: first ?? described.runId,
      workflowId,
      job,
      before: {
        startedAt: described.startTime,
        state: isProwJobState(state) ? state : 'triggered',
        complete: described.closeTime !== undefined,
      },
    };
  }
}
