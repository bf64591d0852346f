/** `/override`: makes failed contexts green, for a reason that a person knows better than the tests (spec plugins-review.md C.9). */
import type { Plugin } from '../api.ts';
import { cancelOverrides } from './cancel.ts';
import { help } from './help.ts';
import { overrideContexts } from './contexts.ts';
import { plain, sticky } from './kinds.ts';

export const override: Plugin = {
  name: 'override',
  help,
  async onComment(event, context) {
    const { pull, state } = context.item;
    if (event.action !== 'created' || !pull || state !== 'open') return [];
    return [
      ...(await cancelOverrides(event, pull, context)),
      ...(await overrideContexts(sticky, event, pull, context)),
      ...(await overrideContexts(plain, event, pull, context)),
    ];
  },
};
