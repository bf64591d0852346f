/** What the plugin says of itself. */
import type { HelpContext, PluginHelp } from '../api.ts';

export function help({ config: { override } }: HelpContext): PluginHelp {
  const teams = Object.entries(override.allowed_github_teams).map(([key, slugs]) => `${key}: ${slugs.join(', ')}`);
  const whoCanUse = [
    'Administrators of the repository',
    ...(override.allow_top_level_owners ? ['approvers in its root OWNERS file'] : []),
    ...(teams.length > 0 ? [`members of these teams (${teams.join('; ')})`] : []),
  ].join(', ');
  return {
    description: 'Makes failed status contexts green by command, where somebody knows better than the tests.',
    config: { '': `${whoCanUse} may override.` },
    snippet,
    commands: [
      {
        usage: '/override <context or job>...',
        featured: false,
        description:
          'Makes contexts green that have failed, are pending, or are required and missing. Names with blanks need double quotes. ' +
          'It holds until the base branch moves.',
        whoCanUse: `${whoCanUse}.`,
        examples: ['/override pull-unit', '/override "ci / unit tests" deleted-job'],
      },
      {
        usage: '/override-sticky <context or job>...',
        featured: false,
        description: 'The same, but it holds until a commit is pushed.',
        whoCanUse: `${whoCanUse}.`,
        examples: ['/override-sticky pull-unit'],
      },
      {
        usage: '/override-cancel [context]...',
        featured: false,
        description: 'Sets overridden contexts back to failure: those that are named, or all.',
        whoCanUse: `${whoCanUse}.`,
        examples: ['/override-cancel', '/override-cancel pull-unit'],
      },
    ],
  };
}

const snippet = `override:
  allow_top_level_owners: false # true: approvers of the root OWNERS file may override
  allowed_github_teams: # slugs; both lists count
    org:
      - release-managers
    org/repo:
      - maintainers
`;
