/** The reference takes all statuses that a context ever had at the commit; we take the newest. */
import { newestStatuses } from '../../../rules/commit-statuses.ts';
import type { DeclaredRule } from '../declared-rule.ts';
import type { PluginCase } from './case.ts';
import { evaluatePluginCase } from './evaluate.ts';

type Statuses = NonNullable<PluginCase['state']['statuses']>;

/** The golden list has the newest first, too. */
function newestOf(statuses: Statuses): Statuses {
  const newest = newestStatuses(
    statuses.map((status) => ({ ...status, description: status.description ?? '', state: status.state as 'success' })),
  );
  return newest;
}

export const statusHistoryRule: DeclaredRule<PluginCase> = {
  name: 'the newest status of a context counts',
  reason: 'plugins-community.md Q6: override and cancel walk the whole status history [fix]',
  applies: ({ plugin, state: { statuses = [] } }) =>
    plugin === 'override' && newestOf(statuses).length < statuses.length,
  async expected(given) {
    const { statuses = [] } = given.state;
    return (await evaluatePluginCase({ ...given, state: { ...given.state, statuses: newestOf(statuses) } })).ours;
  },
};
