/**
 * What can go wrong between here and a code host. `type` is one of `domain/errors.ts`; the classes have the same names because
 * that is what Temporal keeps of an error. Messages say what was asked and hold the host's words, never a credential.
 */
import type { FailureType } from '../domain/errors.ts';

/** The host did not answer, or answered that it cannot now (5xx); worth a retry. */
export class HostUnavailable extends Error {
  readonly type = 'HostUnavailable' satisfies FailureType;

  constructor(action: string, reason: string, options?: ErrorOptions) {
    super(`Cannot ${action}: ${reason}`, options);
    this.name = 'HostUnavailable';
  }
}

/** A limit of the host is used up; worth a retry, once it is over. */
export class HostRateLimited extends Error {
  readonly type = 'HostRateLimited' satisfies FailureType;
  /** Milliseconds; becomes the pause before the activity's next attempt, so that no worker sleeps. */
  readonly nextRetryDelay: number;

  constructor(action: string, nextRetryDelay: number) {
    super(`Cannot ${action} for another ${Math.ceil(nextRetryDelay / 1000)} s: the host's rate limit is used up.`);
    this.name = 'HostRateLimited';
    this.nextRetryDelay = nextRetryDelay;
  }
}

/** The host refused this very request. */
export class HostRefusal extends Error {
  readonly type: FailureType;
  /** HTTP status. */
  readonly status: number;
  /** What the host itself said, without our words around it. */
  readonly answer: string;

  constructor(type: FailureType, action: string, status: number, answer: string) {
    super(`Cannot ${action}: ${answer}`);
    this.name = type;
    this.type = type;
    this.status = status;
    this.answer = answer;
  }
}

export function isRefusal(error: unknown, ...statuses: readonly number[]): error is HostRefusal {
  return error instanceof HostRefusal && statuses.includes(error.status);
}

/** For reads where nothing being there is an answer. */
export function absent(error: unknown): undefined {
  if (isRefusal(error, 404)) return undefined;
  throw error;
}
