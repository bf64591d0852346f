/** `/milestone`: sets or clears the milestone (spec plugins-review.md C.16). */
import { comment } from '../../domain/effects.ts';
import { inlineCode } from '../../rules/inline-code.ts';
import { isMilestoneMaintainer, milestoneTeam } from '../../rules/milestone-team.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reply } from '../../rules/replies.ts';
import type { Plugin } from '../api.ts';

const command = compileRegex(String.raw`(?m)^/milestone\s+(.+?)\s*$`);
const clear = 'clear';

export const milestone: Plugin = {
  name: 'milestone',
  help: ({ config }) => ({
    description: 'Sets the milestone of an issue or a pull request.',
    config: Object.fromEntries(
      Object.entries(config.repo_milestone).map(
        ([key, { maintainers_team: team, maintainers_friendly_name: name }]) => [
          key,
          `Set by members of ${name ?? team ?? 'the configured team'}.`,
        ],
      ),
    ),
    snippet: 'repo_milestone:\n  org/repo:\n    maintainers_team: team-slug\n    maintainers_friendly_name: The Team\n',
    commands: [
      {
        usage: `/milestone <title> or /milestone ${clear}`,
        featured: false,
        description: 'Sets or clears the milestone.',
        whoCanUse: 'Members of the team of milestone maintainers.',
        examples: ['/milestone v1.30', `/milestone ${clear}`],
      },
    ],
  }),

  async onComment(event, { config, host, org, repo }) {
    if (event.action !== 'created') return [];
    const title = command.matches(event.body)[0]?.groups[0];
    if (title === undefined) return [];
    const team = milestoneTeam(config, org, repo);
    if (!(await isMilestoneMaintainer(team, event.author, host))) {
      return [comment(reply(event, `Milestones are set by members of ${team.name}; please ask one of them.`))];
    }
    if (title === clear) return [{ kind: 'setMilestone', milestone: null }];
    const milestones = await host.milestones();
    const number = milestones.get(title);
    if (number !== undefined) return [{ kind: 'setMilestone', milestone: number }];
    const titles = [...milestones.keys()].sort().map(inlineCode);
    const known = titles.length > 0 ? `There are: ${titles.join(', ')}.` : 'There are none.';
    return [comment(reply(event, `There is no such milestone. ${known} \`/milestone ${clear}\` takes it off.`))];
  },
};
