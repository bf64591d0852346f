/** `/status`: where an issue stands on its way into a milestone (spec plugins-review.md C.17). */
import { addLabel, comment } from '../../domain/effects.ts';
import { isMilestoneMaintainer, milestoneTeam } from '../../rules/milestone-team.ts';
import { compileRegex } from '../../rules/regex.ts';
import type { Plugin } from '../api.ts';

const command = compileRegex(String.raw`(?m)^/status\s+(.+)$`);
const statuses = ['approved-for-milestone', 'in-progress', 'in-review'];

export const milestonestatus: Plugin = {
  name: 'milestonestatus',
  help: () => ({
    description: `Adds a label that says where an issue or pull request stands: ${statuses.map((status) => `\`status/${status}\``).join(', ')}.`,
    commands: [
      {
        usage: `/status (${statuses.join('|')})`,
        featured: false,
        description: 'Adds the label of that status.',
        whoCanUse: 'Members of the team of milestone maintainers.',
        examples: statuses.map((status) => `/status ${status}`),
      },
    ],
  }),

  async onComment({ action, body, author }, { config, host, org, repo }) {
    if (action !== 'created') return [];
    const matches = command.matches(body);
    if (matches.length === 0) return [];
    const team = milestoneTeam(config, org, repo);
    if (!(await isMilestoneMaintainer(team, author, host))) {
      return [comment(`Only members of ${team.name} may set the status of an issue.`)];
    }
    return matches
      .map(({ groups: [value = ''] }) => value.trim())
      .filter((value) => statuses.includes(value))
      .map((value) => addLabel(`status/${value}`));
  },
};
