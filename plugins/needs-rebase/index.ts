/** Marks pulls that cannot be merged into their base (spec plugins-review.md C.27). */
import { addLabel, comment, removeLabel, type Effect } from '../../domain/effects.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { prune } from '../../rules/own-comments.ts';
import { simpleReply } from '../../rules/replies.ts';
import type { ItemContext, Plugin } from '../api.ts';

const label = 'needs-rebase';
const notice = 'PR needs rebase.';
/** Dependabot rebases by itself when it reads a comment of this kind, so it is told otherwise, and nothing is pruned. */
const dependabot = 'dependabot[bot]';
const dependabotNotice = 'This pull request has merge conflicts; it is for Dependabot to rebase it.';
const actions = ['opened', 'synchronize', 'reopened'];
/** The host computes mergeability after the event. */
const settleMs = 5_000;

export const needsRebase: Plugin = {
  name: 'needs-rebase',
  help: () => ({
    description: `Keeps the label \`${label}\` on pull requests that have conflicts with their base branch.`,
    commands: [],
  }),

  async onPull({ action }, context) {
    return actions.includes(action) ? await check(context) : [];
  },

  // Another merge may have brought the conflict since: any comment is an occasion to look.
  async onComment({ where }, context) {
    return where === 'conversation' ? await check(context) : [];
  },
};

async function check({ item, host, bot, again }: ItemContext): Promise<Effect[]> {
  if (!item.isPull || item.state !== 'open') return [];
  if (!again) return [{ kind: 'lookAgain', afterMs: settleMs }];
  const isMergeable = await host.isMergeable();
  const isMarked = hasLabel(await host.labels(), label);
  if (isMergeable === !isMarked) return [];
  if (!isMergeable)
    return [addLabel(label), comment(simpleReply(item.author === dependabot ? dependabotNotice : notice))];
  return [removeLabel(label), ...prune(bot, await host.comments(), (body) => body.includes('PR needs rebase'))];
}
