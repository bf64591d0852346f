/** `/hold`: keeps a pull from being merged (spec plugins-review.md C.3). Anybody may, at any time, since it only delays. */
import { addLabel, removeLabel } from '../../domain/effects.ts';
import { hasLabel } from '../../domain/review/item.ts';
import { compileRegex } from '../../rules/regex.ts';
import type { Plugin } from '../api.ts';

const label = 'do-not-merge/hold';
const add = compileRegex(String.raw`(?mi)^/hold(\s.*)?$`);
const cancel = compileRegex(String.raw`(?mi)^/(remove-hold|hold\s+cancel|unhold)(\s.*)?$`);

export const hold: Plugin = {
  name: 'hold',
  help: () => ({
    description: `Adds or removes the label \`${label}\`, which keeps a pull request from being merged.`,
    commands: [
      {
        usage: '/hold [cancel]',
        featured: false,
        description: `Adds or removes the label \`${label}\`.`,
        whoCanUse: 'Anyone can use the /hold command.',
        examples: ['/hold', '/hold cancel', '/unhold', '/remove-hold'],
      },
    ],
  }),

  async onComment({ action, body }, { item, host }) {
    if (action !== 'created' || !item.isPull) return [];
    // `/hold cancel` is also a `/hold` with text behind it.
    const cancelled = cancel.test(body);
    if (!cancelled && !add.test(body)) return [];
    const isHeld = hasLabel(await host.labels(), label);
    if (cancelled) return isHeld ? [removeLabel(label)] : [];
    return isHeld ? [] : [addLabel(label)];
  },
};
