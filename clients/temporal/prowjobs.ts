/**
 * ProwJobs through Temporal: listed by visibility, asked by query, aborted by update, started by `startJob`.
 */
import { randomUUID } from 'node:crypto';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import {
  prowJobStates,
  prowJobTypes,
  type ProwJob,
  type ProwJobState,
  type ProwJobType,
} from '../../domain/prowjob.ts';
import { memoKey, type ProwJobMemo } from '../../domain/prowjob-memo.ts';
import type { StartJobRequest, StartJobResult } from '../../domain/start-job.ts';
import { ids, queries, taskQueues, updates, workflowTypes } from '../../domain/wire.ts';
import { RefusedError, type ProwJobs, type ProwJobSummary } from './api.ts';
import { findSoon, isProwJobName } from './find-soon.ts';

type StartJob = (request: StartJobRequest) => Promise<StartJobResult>;

export function createProwJobs(client: Client): ProwJobs {
  const list: ProwJobs['list'] = async function* ({ query } = {}) {
    const filter = `WorkflowType="${workflowTypes.prowJob}"${query ? ` AND (${query})` : ''}`;
    for await (const run of client.workflow.list({ query: filter })) yield summaryOf(run);
  };

  const find: ProwJobs['find'] = async (name) => {
    if (!isProwJobName(name)) return undefined;
    for await (const summary of list({ query: `RunId="${name}"` })) return summary;
    return undefined;
  };

  return {
    list,
    find,

    async state({ workflowId, name }) {
      try {
        return await client.workflow.getHandle(workflowId, name).query<ProwJob>(queries.state);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },

    async abort(name, { by, reason }) {
      const summary = await findSoon({ find }, name);
      if (!summary) throw new RefusedError('JobNotFound', `No ProwJob named ${name} is known.`);
      const handle = client.workflow.getHandle(summary.workflowId, name);
      try {
        await handle.executeUpdate(updates.abort, { args: [{ by, ...(reason && { reason }) }] });
      } catch (error) {
        throw asNotAbortable(error, summary);
      }
    },

    async start(request) {
      const requestId = request.requestId ?? randomUUID();
      const workflowId = ids.startJob(requestId);
      try {
        return await client.workflow
          .execute<StartJob>(workflowTypes.startJob, {
            workflowId,
            taskQueue: taskQueues.jobs,
            args: [{ ...request, requestId }],
            workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
            workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            staticSummary: `start ${request.job ?? request.rerun?.prowJob ?? ''}`.slice(0, 200),
          })
          .catch(async (error: unknown) => {
            // This very start has happened before and has ended: its answer is the answer.
            if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
            return await client.workflow.getHandle<StartJob>(workflowId).result();
          });
      } catch (error) {
        throw asRefusal(error);
      }
    },
  };
}

function summaryOf(run: WorkflowExecutionInfo): ProwJobSummary {
  const memo = run.memo?.[memoKey] as ProwJobMemo | undefined;
  const attribute = (name: string) => {
    const value = run.searchAttributes[name]?.[0];
    return typeof value === 'string' ? value : undefined;
  };
  const buildId = attribute('ProwBuildId');
  const repo = attribute('ProwRepo');
  const baseRef = attribute('ProwBaseRef');
  const cluster = attribute('ProwCluster');
  return {
    name: run.runId,
    workflowId: run.workflowId,
    executionStatus: executionStatusOf(run.status.name),
    startTime: run.startTime,
    job: attribute('ProwJob') ?? memo?.job ?? '',
    type: oneOf<ProwJobType>(prowJobTypes, attribute('ProwType')) ?? memo?.type ?? 'periodic',
    state: oneOf<ProwJobState>(prowJobStates, attribute('ProwState')) ?? 'triggered',
    pulls: (run.searchAttributes['ProwPulls'] ?? []).map(String),
    ...(run.closeTime && { closeTime: run.closeTime }),
    ...(buildId && { buildId }),
    ...(repo && { repo }),
    ...(baseRef && { baseRef }),
    ...(cluster && { cluster }),
    ...(memo && { memo }),
  };
}

const executionStatuses: Readonly<Record<string, ProwJobSummary['executionStatus']>> = {
  RUNNING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  TERMINATED: 'TERMINATED',
  CONTINUED_AS_NEW: 'CONTINUED_AS_NEW',
  TIMED_OUT: 'TIMED_OUT',
};

function executionStatusOf(name: string): ProwJobSummary['executionStatus'] {
  return executionStatuses[name] ?? 'UNKNOWN';
}

function oneOf<T extends string>(values: readonly T[], text: string | undefined): T | undefined {
  return values.find((value) => value === text);
}

function asNotAbortable(error: unknown, { name, job, state }: ProwJobSummary): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new RefusedError('NotAbortable', `ProwJob ${name} of ${job} is ${state} and can no longer be aborted.`);
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    return new RefusedError('NotAbortable', error.cause.message, { cause: error });
  }
  return error;
}

const refusals = new Set(['JobNotFound', 'ConfigInvalid', 'SpecInvalid', 'MessageInvalid'] as const);

/** A failure type that callers know, wherever in the chain it stands. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof ApplicationFailure)) continue;
    const { type } = cause;
    const code = [...refusals].find((known) => known === type);
    if (code) return new RefusedError(code, cause.message, { cause: error });
  }
  return error;
}
