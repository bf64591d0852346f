/**
 * Runs a plugin in the world of a case, for the tables beside plugins: the same world and the same words as the golden data
 * (test/golden/plugins), with a pull request of `author1` and an issue comment unless the case says otherwise.
 */
import type { CaseEvent, CaseItem, CaseState, PluginCase } from '../golden/plugins/case.ts';
import type { Effect } from '../../domain/effects.ts';
import { effectsOf, wantedEffects } from '../golden/plugins/evaluate.ts';

export interface GivenCase {
  item?: Partial<CaseItem>;
  state?: Omit<CaseState, 'item'>;
  config?: Record<string, unknown>;
  prow?: Record<string, unknown>;
  event: Partial<CaseEvent>;
}

/** What was written; keys without a value are left out. */
export async function runPlugin(plugin: string, given: GivenCase): Promise<Record<string, unknown>> {
  const written = Object.entries(await effectsOf(completeCase(plugin, given)));
  return Object.fromEntries(written.filter(([, value]) => !(Array.isArray(value) && value.length === 0)));
}

/** The effects themselves, for what golden data does not tell: whole texts, workflow runs of the host. */
export async function effectsWanted(plugin: string, given: GivenCase): Promise<readonly Effect[]> {
  return await wantedEffects(completeCase(plugin, given));
}

/** The first comment that the plugin wants to write, complete; empty for none. */
export async function textWritten(plugin: string, given: GivenCase): Promise<string> {
  const wanted = await effectsWanted(plugin, given);
  return wanted.find((effect) => effect.kind === 'comment')?.body ?? '';
}

function completeCase(plugin: string, given: GivenCase): PluginCase {
  const isComment = (given.event.type ?? 'issue_comment') === 'issue_comment';
  const item = { isPR: true, number: 5, title: 'Add frobnicator', body: '', author: 'author1', ...given.item };
  return {
    plugin,
    name: 'test',
    ...(given.config && { config: given.config }),
    ...(given.prow && { prow: given.prow }),
    state: { collaborators: ['col1'], members: { o: ['mem1'] }, ...given.state, item },
    event: { type: 'issue_comment', ...(isComment && { action: 'created', author: 'rando' }), ...given.event },
    effects: {},
  };
}

/** A comment by `author`. */
export function says(body: string, author = 'rando'): GivenCase {
  return { event: { body, author } };
}
