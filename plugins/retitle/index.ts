/** `/retitle`: renames an issue or pull (spec plugins-review.md C.23). */
import { comment } from '../../domain/effects.ts';
import { triggerOptionsFor } from '../../domain/plugin-config.ts';
import { closesIssue } from '../../rules/closing-keyword.ts';
import { compileRegex } from '../../rules/regex.ts';
import { reply } from '../../rules/replies.ts';
import { isTrustedUser, peopleOf } from '../../rules/selection/trust.ts';
import type { Plugin } from '../api.ts';

/** The blanks may be line ends: a bare command takes the next line. */
const command = compileRegex(String.raw`(?mi)^/retitle\s*(.*)$`);

export const retitle: Plugin = {
  name: 'retitle',
  help: ({ config }) => ({
    description: 'Renames an issue or a pull request.',
    config: {
      '': config.retitle.allow_closed_issues ? 'Closed ones may be renamed, too.' : 'Only open ones are renamed.',
    },
    snippet: 'retitle:\n  allow_closed_issues: true\n',
    commands: [
      {
        usage: '/retitle <title>',
        featured: true,
        description: 'Gives the issue or pull request another title.',
        whoCanUse: 'Members of the organisation, collaborators, and whoever else the trigger plugin trusts.',
        examples: ['/retitle Make the frobnicator faster'],
      },
    ],
  }),

  async onComment(event, { item, config, host, org, repo, bot }) {
    if (event.action !== 'created') return [];
    if (item.state === 'closed' && !config.retitle.allow_closed_issues) return [];
    const [match] = command.matches(event.body);
    if (!match) return [];
    const options = triggerOptionsFor(config, org, repo);
    if (!(await isTrustedUser(event.author, org, options, peopleOf({ bot, host })))) {
      return [comment(reply(event, 'Titles are changed by trusted people only; please ask one of them.'))];
    }
    const title = match.groups[0]?.trim() ?? '';
    if (title === '') return [comment(reply(event, 'Please say what the title is to be: `/retitle <title>`.'))];
    if (closesIssue(title)) {
      return [
        comment(reply(event, 'A title must not close issues: leave out words such as "fixes" before an issue number.')),
      ];
    }
    return title === item.title ? [] : [{ kind: 'editTitle', title }];
  },
};
