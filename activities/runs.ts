/**
 * Activities of one execution site: start, follow and end a run on its executor (architecture.md 3.5).
 *
 * All three are idempotent by ProwJob name and build id. A worker's shutdown stops the watch and never the run.
 */
import { ApplicationFailure, cancellationSignal, Context } from '@temporalio/activity';
import { failureTypes } from '../domain/errors.ts';
import type { Executor, RunOutcome, RunRequest, StartedRun } from '../domain/executor.ts';
import { pendingProwJob } from '../domain/jobs/prowjob-life.ts';
import { rfc3339 } from '../domain/prowjob.ts';
import type { Listener } from '../domain/prowjob-input.ts';
import type { RecordActivities } from './records.ts';

export interface StartRunRequest extends RunRequest {
  /** With `listeners`: the record of the beginning may be written here. */
  workflowId?: string;
  listeners?: Listener[];
}

export interface BegunRun extends StartedRun {
  /** The process that starts runs writes records and runs workflows, too: these may have their end recorded where they run. */
  recordsLocally?: true;
  /** The job's `pending` was recorded as of `at` (RFC 3339); otherwise that is still to be done. */
  recorded?: { url: string; at: string };
}

export interface RunActivities {
  startRun: (request: StartRunRequest) => Promise<BegunRun>;
  watchRun: (request: RunRequest) => Promise<RunOutcome>;
  endRun: (request: RunRequest) => Promise<void>;
}

export interface RunDeps {
  executor: Executor;
  /** Whether the workflow has ended. Rejects where it cannot be asked. */
  hasEnded: (workflowId: string) => Promise<boolean>;
  /** Given where records are written by the same process: it saves an activity and a workflow task for each job. */
  record?: RecordActivities['recordTransition'];
  /** The same process runs workflows as well. */
  recordsLocally?: boolean;
}

/** A watch that tells nothing would look dead: it says so five times before it would. */
const beatsPerTimeout = 5;
const defaultTimeoutMs = 15_000;

export function createRunActivities({ executor, hasEnded, record, recordsLocally }: RunDeps): RunActivities {
  /**
   * The server knows nothing of this attempt any more: the workflow was ended by force, or the attempt was silent for too long,
   * because the server was away say, and another one watches the run. Only the first ends the run.
   */
  async function endIfOrphaned(request: RunRequest, workflowId: string): Promise<void> {
    if (await hasEnded(workflowId).catch(() => false)) await executor.end(request, 'aborted');
  }

  /** Undefined where it is left to the workflow: storage that is away must not keep a run from being watched. */
  async function recordBegun(request: StartRunRequest, { buildId }: StartedRun): Promise<BegunRun['recorded']> {
    const { prowJob, storage, workflowId, listeners = [] } = request;
    if (!record || workflowId === undefined || Context.current().info.attempt > 1) return undefined;
    const now = new Date();
    const pending = pendingProwJob(prowJob, { buildId, now });
    return await record({ prowJob: pending, workflowId, storage, listeners }).then(
      ({ url }) => ({ url, at: rfc3339(now) }),
      () => undefined,
    );
  }

  return {
    async startRun(request) {
      const run = await executor.start(request).catch(fail);
      const recorded = await recordBegun(request, run);
      return { ...run, ...(recorded && { recorded }), ...(recordsLocally && { recordsLocally }) };
    },

    async watchRun(request) {
      const context = Context.current();
      let details: unknown = { buildId: request.prowJob.status.build_id };
      // Each heartbeat is a write of the server: a short run has none.
      const { heartbeatTimeoutMs = defaultTimeoutMs } = context.info;
      const beat = setInterval(() => context.heartbeat(details), heartbeatTimeoutMs / beatsPerTimeout);
      try {
        return await executor.watch(request, {
          signal: cancellationSignal(),
          heartbeat(next) {
            details = next;
          },
        });
      } catch (error) {
        const { workflowExecution } = context.info;
        if (context.cancellationDetails?.notFound) await endIfOrphaned(request, workflowExecution?.workflowId ?? '');
        if (context.cancellationDetails?.workerShutdown) throw handOver(error);
        return fail(error);
      } finally {
        clearInterval(beat);
      }
    },

    endRun: (request) => executor.end(request, 'aborted').catch(fail),
  };
}

/** Errors that stand for a failure type say by it whether another attempt makes sense; Temporal repeats what says nothing. */
function fail(error: unknown): never {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  if (error instanceof Error && typeof type === 'string' && isFinal(type)) {
    throw ApplicationFailure.create({ message: error.message, type, nonRetryable: true, cause: error });
  }
  throw error;
}

function isFinal(type: string): boolean {
  return type in failureTypes && !failureTypes[type as keyof typeof failureTypes].retry;
}

/** Ends the attempt so that the next worker takes the run over at once instead of after the heartbeat timeout. */
function handOver(cause: unknown): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'The worker is shutting down; the next one takes the run over.',
    type: 'WorkerShutdown',
    category: 'BENIGN',
    ...(cause instanceof Error && { cause }),
  });
}
