/**
 * `/skip`: makes failed and pending statuses of optional jobs green (spec plugins-review.md C.8). Anybody may, since none of
 * them is needed for merging.
 */
import type { SetStatus } from '../../domain/effects.ts';
import type { Presubmit } from '../../domain/job-config.ts';
import { branchMatches } from '../../rules/branches.ts';
import { isAllSuccess, newestStatuses } from '../../rules/commit-statuses.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reply } from '../../rules/replies.ts';
import { dropCodeBlocks } from '../../rules/selection/code-blocks.ts';
import { presubmitsForText } from '../../rules/selection/comment.ts';
import { selectionContextOf } from '../../rules/selection/reads.ts';
import type { Plugin } from '../api.ts';

const command = compileRegex(String.raw`(?mi)^/skip\s*$`);
/** Software knows it. */
const description = 'Skipped';

export const skip: Plugin = {
  name: 'skip',
  help: () => ({
    description: 'Makes the statuses of optional jobs that have failed or are pending green.',
    commands: [
      {
        usage: '/skip',
        featured: false,
        description: 'Sets the status of optional jobs to success. Jobs that the same comment starts are left alone.',
        whoCanUse: 'Anyone can use the /skip command.',
        examples: ['/skip'],
      },
    ],
  }),

  async onComment(event, context) {
    const { item, host } = context;
    const { pull } = item;
    if (event.action !== 'created' || !pull || item.state !== 'open' || !command.test(event.body)) return [];
    const newest = newestStatuses(await host.statuses(pull.head.sha));
    if (isAllSuccess(newest)) return [];

    const presubmits = await context.presubmits();
    const baseRef = pull.base.ref;
    const text = dropCodeBlocks(event.body);
    const starting = await presubmitsForText(text, { baseRef }, selectionContextOf(context, pull, presubmits));
    const isStarting = (job: Presubmit) =>
      starting.some((one) => one.name === job.name && contextOf(one) === contextOf(job));
    const required = new Set(presubmits.filter((job) => isRequired(job) && branchMatches(job, baseRef)).map(contextOf));
    const skipped = presubmits.filter((job) => {
      const status = newest.find((one) => one.context === contextOf(job));
      if (!status || status.state === 'success') return false;
      // Two jobs may report to one context, each on branches of its own: what is needed here is not skipped for the other.
      return !isStarting(job) && !isRequired(job) && !required.has(contextOf(job));
    });
    return skipped.map((job): SetStatus => ({
      kind: 'setStatus',
      sha: pull.head.sha,
      context: contextOf(job),
      state: 'success',
      description,
      whenRefused: reply(event, 'The host does not take the status: {reason}'),
    }));
  },
};

function contextOf({ context = '' }: Presubmit): string {
  return context;
}

function isRequired({ optional = false, skip_report: silent = false }: Presubmit): boolean {
  return !optional && !silent;
}
