/**
 * What an event's plugins need to know of the repository's files (architecture.md 3.3). A worker with a mirror reads it through
 * git, at fixed commits, and stores it; who evaluates has no mirror and reads the stored facts.
 */
import type { BlobReference } from './envelope.ts';

/** One thing to read. */
export type GitWant =
  /** OWNERS and OWNERS_ALIASES of the base branch. */
  | { kind: 'owners' }
  /** `.prow/` or `.prow.yaml` of the head merged into the base; for pushes of the commit that was pushed. */
  | { kind: 'inRepo' }
  /** A file of the base branch. */
  | { kind: 'baseFile'; path: string }
  /** A file of the head merged into the base. */
  | { kind: 'mergedFile'; path: string };

/** The facts of one event; all about the same commits. */
export interface GitFacts {
  /** Name of the base branch; for pushes the branch that was pushed. */
  baseRef: string;
  /** Its head when it was read first, which the pull's own base may be behind. Empty where there is no such branch. */
  baseSha: string;
  /** Head of the change. */
  headSha?: string;
  /** Where the answers are; one blob for each kind, or for each file. */
  read: readonly { want: GitWant; at: BlobReference }[];
  /** What has no answer at these commits, however often it is asked. */
  unreadable?: readonly UnreadableWant[];
}

export interface UnreadableWant {
  want: GitWant;
  problem: GitProblem;
  /** For people. */
  reason: string;
}

export type GitProblem =
  /** The host has no such repository, or does not let us see it. */
  | 'repositoryGone'
  | 'baseGone'
  /** The head was overwritten, or its ref deleted, before it was read. */
  | 'headGone'
  /** Head and base conflict. */
  | 'notMergeable'
  /** More than is read from a repository that nobody has checked. */
  | 'tooLarge';

export function sameWant(one: GitWant, other: GitWant): boolean {
  return one.kind === other.kind && ('path' in one ? one.path : '') === ('path' in other ? other.path : '');
}
