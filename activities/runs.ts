/**
 * Activities of one execution site: start, follow and end a run on its executor (architecture.md 3.5).
 *
 * All three are idempotent by ProwJob name and build id. A worker's shutdown stops the watch and never the run.
 */
import { ApplicationFailure, cancellationSignal, Context } from '@temporalio/activity';
import { failureTypes } from '../domain/errors.ts';
import type { Executor, RunOutcome, RunRequest, StartedRun } from '../domain/executor.ts';

export interface RunActivities {
  startRun: (request: RunRequest) => Promise<StartedRun>;
  watchRun: (request: RunRequest) => Promise<RunOutcome>;
  endRun: (request: RunRequest) => Promise<void>;
}

export interface RunDeps {
  executor: Executor;
}

/** A watch that tells nothing would look dead: details are repeated at this pace (milliseconds). */
const heartbeatEveryMs = 3_000;

export function createRunActivities({ executor }: RunDeps): RunActivities {
  return {
    startRun: (request) => executor.start(request).catch(fail),

    async watchRun(request) {
      const context = Context.current();
      let details: unknown = { buildId: request.prowJob.status.build_id };
      const beat = setInterval(() => context.heartbeat(details), heartbeatEveryMs);
      try {
        return await executor.watch(request, {
          signal: cancellationSignal(),
          heartbeat(next) {
            details = next;
            context.heartbeat(details);
          },
        });
      } catch (error) {
        if (context.cancellationDetails?.notFound) await executor.end(request, 'aborted');
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
