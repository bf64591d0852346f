/** Marks pulls that are not ready: drafts, and titles that say so (spec plugins-review.md C.19). */
import { addLabel, removeLabel } from '../../domain/effects.ts';
import { compileRegex } from '../../rules/regex.ts';
import type { Plugin } from '../api.ts';

const label = 'do-not-merge/work-in-progress';
const title = compileRegex(String.raw`(?i)^\W?WIP\W`);
const actions = ['opened', 'reopened', 'edited', 'ready_for_review', 'converted_to_draft'];

export const wip: Plugin = {
  name: 'wip',
  help: () => ({
    description: `Keeps the label \`${label}\` on drafts and on pull requests whose title begins with WIP.`,
    commands: [],
  }),

  async onPull({ action }, { item, host }) {
    if (!actions.includes(action)) return [];
    const isWip = item.pull?.draft === true || title.test(item.title);
    const isMarked = (await host.labels()).includes(label);
    if (isWip === isMarked) return [];
    return [isWip ? addLabel(label) : removeLabel(label)];
  },
};
