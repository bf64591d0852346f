/** Selection for what plugins can read: the pull request, and what is asked about it. */
import { triggerOptionsFor, type PluginConfig } from '../../domain/plugin-config.ts';
import type { Presubmit } from '../../domain/job-config.ts';
import type { ChangedFile, CommitStatus, Item, PullDetails, RepoName } from '../../domain/review/item.ts';
import { newestStatuses } from '../commit-statuses.ts';
import type { Bot } from '../../domain/review/host.ts';
import { fetchedOnce } from './changed-files.ts';
import type { CommentContext } from './comment.ts';
import type { PullRequest } from './pull-request.ts';
import { peopleOf, type People } from './trust.ts';

/** The part of a plugin's context that selection needs. */
export interface SelectionReads extends RepoName {
  bot: Bot;
  config: PluginConfig;
  item: Item;
  host: Pick<People, 'isMember' | 'isCollaborator'> & {
    labels: () => Promise<readonly string[]>;
    changedFiles: () => Promise<readonly ChangedFile[]>;
    statuses: (sha: string) => Promise<readonly CommitStatus[]>;
  };
}

export function pullRequestOf({ org, item, host }: SelectionReads, pull: PullDetails): PullRequest {
  return {
    org,
    author: item.author,
    labels: host.labels,
    baseRef: pull.base.ref,
    draft: pull.draft,
    mergeable: pull.mergeable,
  };
}

/** Of renamed files only the new name counts; of each context its newest status. */
export function selectionContextOf(
  reads: SelectionReads,
  pull: PullDetails,
  presubmits: readonly Presubmit[],
): CommentContext {
  const { org, repo, config, host } = reads;
  return {
    presubmits,
    settings: triggerOptionsFor(config, org, repo),
    people: peopleOf(reads),
    changedFiles: fetchedOnce(async () => (await host.changedFiles()).map(({ path }) => path)),
    contexts: async () => {
      const newest = newestStatuses(await host.statuses(pull.head.sha));
      return new Map(newest.map(({ context, state }) => [context, state]));
    },
  };
}
