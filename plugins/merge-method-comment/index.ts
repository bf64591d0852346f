/** Says how a pull with several commits will be merged (spec plugins-review.md C.22). */
import { comment } from '../../domain/effects.ts';
import { mergeMethod, tideLabels, type MergeMethod, type TideLabels } from '../../rules/merge-method.ts';
import { isBot } from '../../rules/own-comments.ts';
import { simpleReply } from '../../rules/replies.ts';
import type { Plugin } from '../api.ts';

const actions = ['opened', 'reopened', 'synchronize', 'edited'];

export const mergeMethodComment: Plugin = {
  name: 'merge-method-comment',
  help: () => ({
    description:
      'Says on pull requests with several commits how they will be merged, and which label asks for another way.',
    commands: [],
  }),

  async onPull({ action }, { host, jobs, org, repo, bot }) {
    if (!actions.includes(action)) return [];
    if ((await host.commits()).length <= 1) return [];
    const text = textFor(mergeMethod(jobs.main, org, repo, ''), tideLabels(jobs.main));
    const comments = await host.comments();
    const isSaid = comments.some(({ author, body }) => isBot(bot, author) && body.includes(text));
    return isSaid ? [] : [comment(simpleReply(text))];
  },
};

function textFor(method: MergeMethod, labels: TideLabels): string {
  const first = `This pull request has several commits; by default it is merged by: ${method}.`;
  if (method === 'rebase') return first;
  const [label, other, fate] =
    method === 'squash'
      ? [labels.merge_label, 'a merge commit', 'squashed']
      : [labels.squash_label, 'squashing', 'kept'];
  const second = label
    ? `The label ${label} asks for ${other} instead.`
    : `The commits will be ${fate}, since no label asks for ${other}.`;
  return `${first}\n${second}`;
}
