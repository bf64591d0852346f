/**
 * What can go wrong between here and a build cluster. `type` is one of `domain/errors.ts`; the classes have the same names
 * because that is what Temporal keeps of an error.
 */
import type { FailureType } from '../../domain/errors.ts';
import type { Status } from './api-types.ts';

/** The cluster did not answer, or answered that it cannot now (429, 5xx); worth a retry. */
export class ClusterUnavailable extends Error {
  readonly type = 'ClusterUnavailable' satisfies FailureType;
  /** HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /** What the server itself said, without our words around it. */
  readonly answer: string;
  /** The pause that the server asks for. */
  readonly retryAfterMs: number | undefined;

  constructor(action: string, cause: unknown, answer?: { status: number; message: string; retryAfterMs?: number }) {
    const why = answer?.message ?? networkReason(cause);
    super(`Cannot ${action}: ${why}`, cause instanceof Error ? { cause } : undefined);
    this.name = 'ClusterUnavailable';
    this.status = answer?.status;
    this.answer = why;
    this.retryAfterMs = answer?.retryAfterMs;
  }
}

/** The cluster refused this very request (4xx other than 429). */
export class ApiRefusal extends Error {
  readonly status: number;
  /** The API's own word, such as `AlreadyExists`, `NotFound`, `Expired`; empty where it sent none. */
  readonly reason: string;
  /** What the server itself said, without our words around it. */
  readonly answer: string;

  constructor(action: string, status: number, body: Partial<Status>) {
    const answer = body.message ?? `HTTP status ${status}`;
    super(`Cannot ${action}: ${answer}`);
    this.name = 'ApiRefusal';
    this.status = status;
    this.reason = body.reason ?? '';
    this.answer = answer;
  }
}

/** The pod is there but belongs to somebody else; a person has to look. */
export class PodNotOurs extends Error {
  readonly type = 'PodNotOurs' satisfies FailureType;

  constructor(place: string) {
    super(`Pod can not be created: pod ${place} exists and is not of this ProwJob; delete or rename it.`);
    this.name = 'PodNotOurs';
  }
}

/** The cluster will never take this pod. */
export class PodRejected extends Error {
  readonly type = 'PodRejected' satisfies FailureType;

  constructor(description: string) {
    super(description);
    this.name = 'PodRejected';
  }
}

/** An earlier pod of the ProwJob is still on its way out; worth a retry. */
export class PodNotGone extends Error {
  readonly type = 'PodNotGone' satisfies FailureType;

  constructor(place: string) {
    super(`The ProwJob's earlier pod ${place} is not gone yet.`);
    this.name = 'PodNotGone';
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 404;
}

/** For calls where nothing being there is an answer. */
export function missing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

function networkReason(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return String(cause);
  const { message, errors } = cause as { message?: unknown; errors?: unknown };
  if (typeof message === 'string' && message) return message;
  // A host name with several addresses fails with one error for each of them, and no message of its own.
  return Array.isArray(errors) ? errors.map(networkReason).join('; ') : 'no answer';
}
