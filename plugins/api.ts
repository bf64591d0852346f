/**
 * What a plugin is, and all that it may ask for. A plugin is a folder with an `index.ts` that exports a `Plugin`, and a line in
 * `registry.ts`; `docs/plugins.md` builds one from start to end.
 *
 * Handlers are pure in their effects: they read through the context and return what is to be done. They run in activities, so
 * they may be run again; nothing they do is visible before their effects are applied.
 */
import type { Effect } from '../domain/effects.ts';
import type { Postsubmit, Presubmit } from '../domain/job-config.ts';
import type { ProwJobState } from '../domain/prowjob.ts';
import type {
  CommentEvent,
  IssueEvent,
  PullEvent,
  PushEvent,
  ReviewEvent,
  StatusEvent,
} from '../domain/review/events.ts';
import type { Bot, HostReads } from '../domain/review/host.ts';
import type { Item, PullDetails, RepoName } from '../domain/review/item.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import type { PluginConfig } from '../domain/plugin-config.ts';
import type { RepoOwners } from '../rules/owners/repo-owners.ts';

/** What a handler decides: the effects, in the order in which they are to be applied. */
export type Effects = Promise<readonly Effect[]>;

export interface Plugin {
  /** As in `plugins.yaml`. */
  name: string;
  help: (context: HelpContext) => PluginHelp;
  /** Any text that may hold commands. */
  onComment?: (event: CommentEvent, context: ItemContext) => Effects;
  onPull?: (event: PullEvent, context: ItemContext) => Effects;
  /**
   * Files of the base branch that `onPull` reads when a pull is opened or has new commits. They are read before it is called;
   * others that it asks for make it be called once more.
   */
  baseFiles?: readonly string[];
  onIssue?: (event: IssueEvent, context: ItemContext) => Effects;
  onReview?: (event: ReviewEvent, context: ItemContext) => Effects;
  /** Called once for each open change whose head the status is about. */
  onStatus?: (event: StatusEvent, context: ItemContext) => Effects;
  /**
   * Whether a status is for it at all. Statuses are many, and finding the changes of one costs requests. Default: every one, where
   * there is `onStatus`.
   */
  wantsStatus?: (event: StatusEvent, config: PluginConfig) => boolean;
  onPush?: (event: PushEvent, context: RepoContext) => Effects;
}

export interface HelpContext {
  config: PluginConfig;
  /** `org` and `org/repo` keys where it is on. */
  enabledRepos: readonly string[];
}

export interface PluginHelp {
  description: string;
  /** What the configuration says, for each `org/repo`; under `''` for all. Plain text. */
  config?: Record<string, string>;
  /** A piece of `plugins.yaml` with every option. */
  snippet?: string;
  commands: readonly CommandHelp[];
}

export interface CommandHelp {
  usage: string;
  featured: boolean;
  description: string;
  whoCanUse: string;
  examples: readonly string[];
}

export interface RepoContext extends RepoName {
  bot: Bot;
  config: PluginConfig;
  jobs: LoadedConfig;
  /** The event was handed over before, and `lookAgain` asked for it once more. */
  again: boolean;
  /** Delivery id of the event. */
  delivery: string;
  /** Current time (ms). */
  now: number;
  /** In [0, 1), from a generator seeded by the delivery: a repeated evaluation chooses the same. */
  random: () => number;
  host: HostReads;
  git: GitReads;
  /** Central and in-repo jobs; in-repo ones are left out where they cannot be loaded. */
  postsubmits: () => Promise<readonly Postsubmit[]>;
}

export interface ItemContext extends RepoContext {
  item: Item;
  /**
   * `item.pull`, for events that may come without it: comments do not say the branches, and are only completed first where they
   * hold commands that usually need them. Undefined for issues, and where the host has no such pull any more.
   */
  pull: () => Promise<PullDetails | undefined>;
  /** Central and in-repo jobs for the change; in-repo ones are left out where they cannot be loaded. */
  presubmits: () => Promise<readonly Presubmit[]>;
  /** ProwJobs of the change that have not ended. */
  activeJobs: () => Promise<readonly { name: string; job: string; type: string; state: ProwJobState }[]>;
}

/** What plugins read from the repository's files, through git and at fixed commits. */
export interface GitReads {
  /** The head of the base branch now, which the pull's own base may be behind. */
  baseSha: () => Promise<string>;
  /** OWNERS of the base branch. */
  owners: () => Promise<RepoOwners>;
  /** A file at the base commit; undefined where there is none. */
  baseFile: (path: string) => Promise<string | undefined>;
  /** A file of the head merged into the base; undefined where there is none. Rejects where it cannot be merged. */
  mergedFile: (path: string) => Promise<string | undefined>;
}
