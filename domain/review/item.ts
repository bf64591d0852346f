/**
 * A change (pull request) or issue as plugins see it: the snapshot that came with the event, with the effects of earlier
 * events already folded in (architecture.md 2.2).
 */

export interface RepoName {
  org: string;
  repo: string;
}

export function fullName({ org, repo }: RepoName): string {
  return `${org}/${repo}`;
}

/** Kind of account, in the host's words. */
export type AccountType = 'User' | 'Bot' | 'Organization';

export interface Item {
  isPull: boolean;
  number: number;
  /** The host's immutable id, for its graph API. */
  nodeId?: string;
  title: string;
  body: string;
  author: string;
  authorType: AccountType;
  state: 'open' | 'closed';
  url: string;
  assignees: readonly string[];
  /** Present for pulls. */
  pull?: PullDetails;
}

export interface PullDetails {
  draft: boolean;
  merged: boolean;
  /** `undefined` while the host has not found out. */
  mergeable?: boolean;
  /** Logins; teams are not listed. */
  requestedReviewers: readonly string[];
  base: { ref: string; sha: string };
  head: {
    ref: string;
    sha: string;
    /** Repository that the branch is in; undefined when it is gone. */ repo?: RepoName;
  };
}

export interface ChangedFile {
  path: string;
  /** Where a renamed file was. */
  previous?: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed' | 'unchanged';
  additions: number;
  deletions: number;
  /** Unified diff; absent for binary and very large files. */
  patch?: string;
}

export interface IssueComment {
  id: number;
  author: string;
  authorType: AccountType;
  body: string;
  url: string;
  /** RFC 3339. */
  createdAt: string;
  updatedAt: string;
}

export interface Review {
  id: number;
  author: string;
  authorType: AccountType;
  /** Upper case, as the REST API has it. */
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  body: string;
  url: string;
  submittedAt: string;
}

export interface CommitFacts {
  sha: string;
  message: string;
  /** Account that the host knows for the author; undefined where it knows none. */
  author?: string;
  parents: number;
}

export type StatusState = 'success' | 'failure' | 'error' | 'pending';

export interface CommitStatus {
  context: string;
  state: StatusState;
  description: string;
  targetUrl?: string;
}

export interface CheckRun {
  name: string;
  /** Complete runs only count by their conclusion. */
  completed: boolean;
  conclusion?: string;
}

/** Has-label as most plugins mean it: case does not matter (spec plugins-review.md 0.4). */
export function hasLabel(labels: readonly string[], label: string): boolean {
  const wanted = label.toLowerCase();
  return labels.some((one) => one.toLowerCase() === wanted);
}

/** The form in which logins are compared: lower case, without one leading `@` (0.3). */
export function normalLogin(login: string): string {
  return login.toLowerCase().replace(/^@/, '');
}
