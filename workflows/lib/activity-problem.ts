/** Why an activity has failed for good, in words. */
import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';

export interface ActivityProblem {
  message: string;
  /** Another try, later, would fail likewise. */
  isFinal: boolean;
  cause?: Error;
}

/** Not accepted by the host, but people can mend that: a new token, an installation that is resumed. */
const mendable = 'HostAuth';

/**
 * Throws what is no failed activity: a cancellation of the workflow, or a programming error, which fails the workflow task and
 * stays until a fixed version is deployed.
 */
export function activityProblem(error: unknown): ActivityProblem {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
  // Of attempts that were given up, the last one says why.
  const why = error.cause instanceof TimeoutFailure ? (error.cause.cause ?? error.cause) : error.cause;
  const isFinal = why instanceof ApplicationFailure && why.nonRetryable === true && why.type !== mendable;
  return { message: why?.message ?? error.message, isFinal, ...(error.cause && { cause: error.cause }) };
}
