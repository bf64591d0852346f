/**
 * What the code host remembers, as plain JSON: one interface per kind of thing. Ids are numbers from one sequence; times are ISO 8601
 * in whole seconds, as GitHub writes them. What git knows (commits, trees, branches) is asked of git and not kept here.
 */

export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface Account {
  id: number;
  login: string;
  type: 'User' | 'Organization' | 'Bot';
  name: string | null;
  email: string | null;
  createdAt: string;
  siteAdmin: boolean;
  /** What the profile's status says; `busy` is GitHub's "limited availability". */
  status: { message: string | null; busy: boolean } | null;
}

/** A person in an organisation. */
export interface Membership {
  id: number;
  orgId: number;
  userId: number;
  role: 'admin' | 'member';
  state: 'active' | 'pending';
  isPublic: boolean;
}

export interface Team {
  id: number;
  orgId: number;
  name: string;
  slug: string;
  description: string | null;
  privacy: 'closed' | 'secret';
  parentId: number | null;
  /** By user id. */
  members: Record<string, 'member' | 'maintainer'>;
  /** By repository id. */
  repos: Record<string, Permission>;
  createdAt: string;
}

export interface Protection {
  requiredStatusChecks: { strict: boolean; contexts: string[] } | null;
  enforceAdmins: boolean;
  requiredReviews: { count: number; dismissStale: boolean; requireCodeOwners: boolean } | null;
  restrictions: { users: string[]; teams: string[]; apps: string[] } | null;
  requiredLinearHistory: boolean;
  allowForcePushes: boolean;
  allowDeletions: boolean;
}

export interface Repo {
  id: number;
  ownerId: number;
  name: string;
  description: string | null;
  isPrivate: boolean;
  archived: boolean;
  /** The repository that this one was forked from. */
  parentId: number | null;
  defaultBranch: string;
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  deleteBranchOnMerge: boolean;
  allowUpdateBranch: boolean;
  /** By user id. */
  collaborators: Record<string, Permission>;
  /** By branch name. */
  protections: Record<string, Protection>;
  topics: string[];
  nextNumber: number;
  createdAt: string;
  updatedAt: string;
  pushedAt: string;
}

export interface Label {
  id: number;
  repoId: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Milestone {
  id: number;
  repoId: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  creatorId: number;
  dueOn: string | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

/** The part of an issue that makes it a pull request. */
export interface PullPart {
  /** Null once the fork is gone. */
  headRepoId: number | null;
  headRef: string;
  headSha: string;
  baseRef: string;
  /** Tip of the base branch when the head last moved. GitHub's is as old. */
  baseSha: string;
  draft: boolean;
  maintainerCanModify: boolean;
  mergedAt: string | null;
  mergedById: number | null;
  /** The commit of the merge; before it, that of the test merge, null while there are conflicts. */
  mergeCommitSha: string | null;
  requestedReviewers: number[];
  requestedTeams: number[];
}

export interface Issue {
  id: number;
  repoId: number;
  number: number;
  title: string;
  body: string | null;
  authorId: number;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  /** Ids, in the order in which they were added. */
  labels: number[];
  assignees: number[];
  milestoneId: number | null;
  locked: boolean;
  lockReason: string | null;
  pinned: boolean;
  reactions: Reaction[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedById: number | null;
  pull: PullPart | null;
}

export type PullRequest = Issue & { pull: PullPart };

export interface Reaction {
  id: number;
  userId: number;
  content: string;
  createdAt: string;
}

export interface Comment {
  id: number;
  issueId: number;
  authorId: number;
  body: string;
  /** The App that wrote it, by its id. */
  appId: number | null;
  reactions: Reaction[];
  createdAt: string;
  updatedAt: string;
}

export type ReviewState = 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';

export interface Review {
  id: number;
  issueId: number;
  authorId: number;
  body: string;
  state: ReviewState;
  commitSha: string;
  submittedAt: string | null;
}

export interface ReviewComment {
  id: number;
  issueId: number;
  reviewId: number;
  authorId: number;
  body: string;
  path: string;
  line: number | null;
  side: 'LEFT' | 'RIGHT';
  commitSha: string;
  originalCommitSha: string;
  diffHunk: string;
  inReplyToId: number | null;
  reactions: Reaction[];
  createdAt: string;
  updatedAt: string;
}

export interface Status {
  id: number;
  repoId: number;
  sha: string;
  context: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  description: string | null;
  targetUrl: string | null;
  creatorId: number;
  createdAt: string;
}

export interface CheckRun {
  id: number;
  repoId: number;
  sha: string;
  suiteId: number;
  appId: number | null;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  detailsUrl: string | null;
  externalId: string | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
}

export interface CheckSuite {
  id: number;
  repoId: number;
  sha: string;
  branch: string | null;
  appId: number | null;
  createdAt: string;
  updatedAt: string;
}

/** One line of an issue's history. */
export interface IssueEvent {
  id: number;
  issueId: number;
  event: string;
  actorId: number;
  createdAt: string;
  /** Names as they were then. */
  label?: { name: string; color: string };
  assigneeId?: number;
  milestoneTitle?: string;
  reviewerId?: number;
  teamId?: number;
  rename?: { from: string; to: string };
  commitSha?: string;
  lockReason?: string | null;
}

export interface Hook {
  id: number;
  /** Whose events it gets. An App's hook gets those of all its installations. */
  owner: { kind: 'repo' | 'org' | 'app'; id: number };
  url: string;
  contentType: 'json' | 'form';
  secret: string | null;
  insecureSsl: string;
  events: string[];
  active: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface Delivery {
  id: number;
  hookId: number;
  /** The same in every redelivery of one event. */
  guid: string;
  event: string;
  action: string | null;
  repositoryId: number | null;
  installationId: number | null;
  redelivery: boolean;
  deliveredAt: string;
  /** `queued` ones are sent when the host starts again; nothing else is ever retried by itself, as on GitHub. */
  state: 'queued' | 'done';
  /** Seconds. */
  duration: number;
  /** `OK`, or why there was no good answer. */
  status: string;
  /** 0 without an answer. */
  statusCode: number;
  requestHeaders: Record<string, string>;
  /** The body as it was signed. */
  body: string;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

export interface Token {
  id: number;
  /** SHA-256 of the token: the token itself is shown once. */
  hash: string;
  userId: number;
  installationId: number | null;
  /** Null: any repository that the holder sees. */
  repoIds: number[] | null;
  permissions: Record<string, string> | null;
  expiresAt: string | null;
  createdAt: string;
}

export interface App {
  id: number;
  slug: string;
  name: string;
  ownerId: number;
  /** The account that acts for it, `<slug>[bot]`. */
  botId: number;
  /** PEM, to check the App's signatures. */
  publicKey: string;
  permissions: Record<string, string>;
  events: string[];
  createdAt: string;
  updatedAt: string;
}

export interface Installation {
  id: number;
  appId: number;
  accountId: number;
  /** Null: all of the account's repositories. */
  repoIds: number[] | null;
  permissions: Record<string, string>;
  events: string[];
  suspendedAt: string | null;
  createdAt: string;
  updatedAt: string;
}
