/**
 * A code host as the rest sees it: what can be read of a change, and what can be done to it. `providers/<host>/` implement it
 * (architecture.md 2, integrations.md 2.3); tests and plugins use stand-ins.
 */
import type { Effect } from '../effects.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { ChangedFile, CheckRun, CommitFacts, CommitStatus, IssueComment, Item, RepoName, Review } from './item.ts';
import type { LateWebhook, MissedEvent } from './missed-event.ts';

/** The account that we write with. */
export interface Bot {
  login: string;
  /** An App's comments come from `<login>[bot]`. */
  isApp: boolean;
}

/** One change or issue of a repository. */
export interface ItemName extends RepoName {
  number: number;
}

/**
 * What plugins read from the host, each asked at most once per event and shared by all plugins. Reads of the item are of the
 * event's item. All reject with `HostUnavailable` and the like when the host cannot be asked.
 */
export interface HostReads {
  /** Labels on the item now. */
  labels: () => Promise<readonly string[]>;
  /** Labels of another item of the repository; undefined where there is none. */
  labelsOf: (number: number) => Promise<readonly string[] | undefined>;
  /** Labels that the repository has. They may be some minutes old, as long as all of `wanted` are among them. */
  repoLabels: (wanted: readonly string[]) => Promise<readonly string[]>;
  changedFiles: () => Promise<readonly ChangedFile[]>;
  /** In the conversation, oldest first. */
  comments: () => Promise<readonly IssueComment[]>;
  /** At lines of the change, oldest first. */
  inlineComments: () => Promise<readonly IssueComment[]>;
  reviews: () => Promise<readonly Review[]>;
  commits: () => Promise<readonly CommitFacts[]>;
  /** Who put which label on the item, oldest first; `actor` is absent for deleted accounts. */
  labelEvents: () => Promise<readonly { label: string; actor?: string }[]>;
  /** Whether the change merges into its base as of now, waited for where the host has to compute it first. */
  isMergeable: () => Promise<boolean>;
  /** SHA of the tree of a commit. */
  treeOf: (sha: string) => Promise<string>;
  isMember: (org: string, login: string) => Promise<boolean>;
  isCollaborator: (login: string) => Promise<boolean>;
  /** Normalised logins; undefined where they may not be listed. */
  collaborators: () => Promise<ReadonlySet<string> | undefined>;
  permission: (login: string) => Promise<'admin' | 'write' | 'read' | 'none'>;
  /** Logins as the host writes them. Rejects with `HostNotFound` for a team that does not exist. */
  teamMembers: (slug: string) => Promise<readonly string[]>;
  /** The same by the host's id of the team. */
  teamMembersById: (id: number) => Promise<readonly string[]>;
  /** The same by display name. */
  teamMembersByName: (name: string) => Promise<readonly string[]>;
  /** Title to number. */
  milestones: () => Promise<ReadonlyMap<string, number>>;
  /** All statuses of a commit, newest first; the first of a context is the one that counts. */
  statuses: (sha: string) => Promise<readonly CommitStatus[]>;
  checkRuns: (sha: string) => Promise<readonly CheckRun[]>;
  /** Contexts that branch protection requires. */
  requiredContexts: (branch: string) => Promise<readonly string[]>;
  /** Number of merged pulls of an author in the organisation. */
  mergedPulls: (author: string) => Promise<number>;
  /** Number of pulls of an author in the repository, the current one included. */
  pullsOf: (author: string) => Promise<number>;
  /** Whether the account says that it has little time. */
  isBusy: (login: string) => Promise<boolean>;
}

/** Part of an effect that the host did not take: known outcomes, not failures. */
export interface Refusal {
  /** Logins, or what else was refused; empty where it is the effect as a whole. */
  refused: readonly string[];
  /** The host's words. */
  reason: string;
}

/** Effects that the host carries out; jobs and waiting are the actor's. */
export type HostEffect = Exclude<
  Effect,
  { kind: 'startJobs' | 'abortJobs' | 'recordJob' | 'lookAgain' | 'fail' | 'cherryPick' }
>;

export interface ApplyOptions {
  /** It was certainly never tried before: then nothing has to be asked before it is done. Default false. */
  firstAttempt?: boolean;
  /**
   * A try of it may have failed before, and nobody knows what came of it: when this one began (`performance.now()`). A host that
   * does not show it may be behind, and is asked once more when it has had its time.
   */
  inDoubtSince?: number;
}

/** Where a repository is for git, over HTTP, and how to show who we are. */
export interface GitAccess {
  url: string;
  /** A header `Authorization`; absent where everybody may read. A secret: for the environment of git alone. */
  authorization?: string;
}

/** An open change as the host lists it. */
export interface OpenChange {
  number: number;
  headSha: string;
  baseRef: string;
  draft: boolean;
  /** RFC 3339. */
  createdAt: string;
  /** RFC 3339; also after a comment or a label. */
  updatedAt: string;
}

/** A change from one branch to another, as we open it. */
export interface NewChange {
  title: string;
  body: string;
  /** Name of the branch that it is for. */
  base: string;
  head: HeadBranch;
}

export interface HeadBranch {
  repo: RepoName;
  branch: string;
}

export interface OwnChange {
  number: number;
  body: string;
}

/** An issue as we open it. */
export interface NewIssue {
  title: string;
  body: string;
  /** When it was first wanted (ms): one that an earlier attempt has opened is not older. */
  since: number;
}

export interface CodeHost {
  /** Name of the instance in the configuration: `github`, `ghe-corp`, `forge`. */
  readonly name: string;
  bot(): Promise<Bot>;
  /** The item as it is now; undefined where there is none. */
  item(name: ItemName): Promise<Item | undefined>;
  /** Reads of one item, each remembered for the life of the value. */
  reads(name: ItemName): HostReads;
  /** Numbers of the open changes that have this commit as head. */
  openChangesOf(repo: RepoName, sha: string): Promise<readonly number[]>;
  /** All open changes of a repository, for reconciling. */
  openChanges(repo: RepoName): AsyncIterable<OpenChange>;
  /** Names of the repositories of an organisation or user that we may work in; archived ones are left out. */
  reposOf(org: string): Promise<readonly string[]>;
  /** SHA that a branch points to; undefined where there is none. */
  branchHead(repo: RepoName, branch: string): Promise<string | undefined>;
  /** How git reaches a repository now; credentials may last for minutes only. Rejects with failure types of `domain/errors.ts`. */
  gitAccess(repo: RepoName): Promise<GitAccess>;
  /**
   * Where we push branches for changes of a repository: a fork under our account, made where there is none. The repository
   * itself where it cannot be forked, or is ours; and for an App, which has no account that could hold a fork.
   */
  forkOf(repo: RepoName): Promise<RepoName>;
  /** The open change from a branch to a branch of the repository. */
  changeFrom(repo: RepoName, head: HeadBranch, base: string): Promise<OwnChange | undefined>;
  /** Opens a change; its body gets `key` as a marker. One that there is already for these branches is the answer, too. */
  openChange(repo: RepoName, change: NewChange, key: string): Promise<OwnChange | Refusal>;
  /** Opens an issue; its body gets `key` as a marker. One that we have opened with it already is the answer, whatever became of it. */
  openIssue(repo: RepoName, issue: NewIssue, key: string): Promise<{ number: number } | Refusal>;
  /** Full ref under which git finds the head of a change in the repository that it is for. */
  changeRef(number: number): string;
  /**
   * Carries an effect out, at least once; `key` makes a repetition harmless where the host has no way of its own (comments carry
   * it as a marker). Rejects with failure types of `domain/errors.ts`; a 404 or 422 about a person or a state is a refusal.
   * The texts `whenRefused` and `whenDone` are comments for the caller to make, with keys of their own.
   */
  apply(name: ItemName, effect: HostEffect, key: string, options?: ApplyOptions): Promise<Refusal | undefined>;
  /**
   * For hosts that take several labels in one request: the same as so many effects `addLabel`. All or none; rejects as `apply` does.
   */
  addLabels?(name: ItemName, labels: readonly string[]): Promise<void>;
  /** For hosts that keep a log of their webhooks. */
  readonly deliveries?: DeliveryLog;
  /** What the host would have sent of an event that was missed; undefined where there is no such change. */
  lateWebhook?(name: ItemName, missed: MissedEvent): Promise<LateWebhook | undefined>;
}
