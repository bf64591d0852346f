/** The statuses of a commit taken together (spec plugins-review.md 0, golden README). */
import type { CommitStatus } from '../domain/review/item.ts';

/** Of each context the newest, from a list with the newest first; in the order of the list. */
export function newestStatuses(statuses: readonly CommitStatus[]): CommitStatus[] {
  const byContext = new Map<string, CommitStatus>();
  for (const status of statuses) {
    if (!byContext.has(status.context)) byContext.set(status.context, status);
  }
  return [...byContext.values()];
}

/** Whether there are statuses, and all of them are successes. */
export function isAllSuccess(newest: readonly CommitStatus[]): boolean {
  return newest.length > 0 && newest.every(({ state }) => state === 'success');
}
