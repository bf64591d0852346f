/**
 * Starting ProwJobs: resolve a configured job into a complete input, start its workflow, tell a listener.
 */
import { ApplicationFailure } from '@temporalio/activity';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import type { BlobStore } from '../domain/blob-store.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { memoKey } from '../domain/prowjob-memo.ts';
import { startAttributes, startMemo, startSummary } from '../domain/prowjob-start.ts';
import type { JobChanged, Listener, ProwJobInput } from '../domain/prowjob-input.ts';
import type { StartJobRequest, StartJobResult } from '../domain/start-job.ts';
import { signals, taskQueues, workflowTypes } from '../domain/wire.ts';
import type { InputSettings } from '../rules/prowjob-input.ts';
import { JobResolutionError, resolveJob } from '../rules/resolve-job.ts';
import { findRecord } from './find-record.ts';
import { attributePairs } from '../workflows/search-attributes.ts';

export interface StartProwJobRequest {
  workflowId: string;
  input: ProwJobInput;
}

export interface JobActivities {
  /** The complete input for a request; fails with `JobNotFound`, `ConfigInvalid`, `SpecInvalid` or `MessageInvalid`. */
  resolveJob(request: StartJobRequest): Promise<ProwJobInput>;
  /** Starts the workflow, or finds that this very start has happened before. */
  startProwJob(request: StartProwJobRequest): Promise<StartJobResult>;
}

export interface JobDeps {
  client: Client;
  blobs: BlobStore;
  config(): LoadedConfig;
  settings: InputSettings;
}

export function createJobActivities(deps: JobDeps): JobActivities {
  return {
    async resolveJob(request) {
      const previous = request.rerun && (await findRecord(deps.client, deps.blobs, request.rerun.prowJob));
      if (request.rerun && !previous) {
        throw ApplicationFailure.nonRetryable(`No ProwJob named ${request.rerun.prowJob} is known.`, 'JobNotFound');
      }
      try {
        return resolveJob(request, { config: deps.config(), settings: deps.settings, previous });
      } catch (error) {
        if (error instanceof JobResolutionError) throw ApplicationFailure.nonRetryable(error.message, error.type);
        throw error;
      }
    },
    startProwJob: (request) => startProwJob(deps.client, request),
  };
}

async function startProwJob(client: Client, { workflowId, input }: StartProwJobRequest): Promise<StartJobResult> {
  const job = input.spec.job;
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
    return { prowJob: first ?? described.runId, workflowId, job };
  }
}

/** Signals a listener; one that has ended no longer wants to know. */
export async function tellListener(client: Client, listener: Listener, change: JobChanged): Promise<void> {
  try {
    await client.workflow.getHandle(listener.workflowId).signal(signals.jobChanged, change);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
