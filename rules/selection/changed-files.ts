/**
 * Where the names of changed files come from, and how often they are fetched (spec jobs.md 3.4, 3.6).
 */
import type { ChangedFiles } from './gate.ts';

/** Fetches at most once; a failure is repeated to everybody who asks. */
export function fetchedOnce(fetch: ChangedFiles): ChangedFiles {
  let files: Promise<readonly string[]> | undefined;
  return () => (files ??= fetch());
}

export interface PushedCommit {
  added?: readonly string[];
  removed?: readonly string[];
  modified?: readonly string[];
}

/** What a push payload lists; a new tag lists nothing, so that no change filter matches there. */
export function filesOfPush(commits: readonly PushedCommit[]): readonly string[] {
  const all = commits.flatMap(({ added = [], removed = [], modified = [] }) => [...added, ...removed, ...modified]);
  return [...new Set(all)];
}
