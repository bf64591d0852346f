/** What the commands of lifecycle are, for people. */
import type { PluginHelp } from '../api.ts';

export const stages = ['active', 'frozen', 'stale', 'rotten'] as const;

const authors = 'Authors and collaborators';

export function lifecycleHelp(): PluginHelp {
  return {
    description: 'Closes and reopens issues and pull requests, and marks them as active, frozen, stale or rotten.',
    commands: [
      {
        usage: '/close [not-planned]',
        featured: false,
        description: 'Closes an issue or a pull request; issues also as not planned.',
        whoCanUse: `${authors}; anybody where it is stale or rotten.`,
        examples: ['/close', '/close not-planned'],
      },
      {
        usage: '/reopen',
        featured: false,
        description: 'Reopens an issue or a pull request.',
        whoCanUse: `${authors}.`,
        examples: ['/reopen'],
      },
      {
        usage: `/[remove-]lifecycle <${stages.join('|')}>`,
        featured: false,
        description: 'Says how much an issue or a pull request is still wanted.',
        whoCanUse: 'Anybody.',
        examples: ['/lifecycle frozen', '/remove-lifecycle stale'],
      },
    ],
  };
}
