/** Failures of code hosts, and of git on them, as Temporal retries them: limits after the pause that the host names, refusals never. */
import { ApplicationFailure } from '@temporalio/common';
import { GitFailure } from '../clients/git/git-failure.ts';
import { failureTypes } from '../domain/errors.ts';
import { HostRateLimited, HostRefusal, HostUnavailable } from '../providers/host-failures.ts';

/** What to throw from an activity; other errors are given back as they are. */
export function hostFailure(error: unknown): unknown {
  if (error instanceof HostRateLimited) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.type,
      nextRetryDelay: error.nextRetryDelay,
      // Waiting is nothing that anybody must look at.
      category: 'BENIGN',
      cause: error,
    });
  }
  if (error instanceof HostRefusal || error instanceof HostUnavailable || error instanceof GitFailure) {
    const { retry } = failureTypes[error.type];
    return ApplicationFailure.create({ message: error.message, type: error.type, nonRetryable: !retry, cause: error });
  }
  return error;
}

/** Failures that another attempt would meet as well, and that are no reason to stop (style.md 4.7). */
const refusals: readonly string[] = ['HostNotFound', 'HostValidation', 'HostForbidden'];

/** The error where the host has refused a request for good; throws any other one, as activities do. */
export function finalRefusal(error: unknown): ApplicationFailure {
  const failure = hostFailure(error);
  if (failure instanceof ApplicationFailure && refusals.includes(failure.type ?? '')) return failure;
  throw failure;
}
