/**
 * `/assign` and `/cc`: who is to look after an item, and who is to review a pull (spec plugins-review.md C.4). Anybody may, on
 * open and closed items.
 */
import type { Effect } from '../../domain/effects.ts';
import type { CommentEvent } from '../../domain/review/events.ts';
import { assignCommand, ccCommand, namedBy } from '../../rules/assign-commands.ts';
import { reply } from '../../rules/replies.ts';
import type { Plugin } from '../api.ts';

const notAssigned =
  'I could not assign {refused}. Those who can be assigned are people with read access to this repository, its ' +
  'collaborators, and people who have commented here before; at most 10 can be assigned at a time.';
const notRequested =
  'I could not ask {refused} for a review. Reviewers are members of this organization and collaborators of this repository ' +
  '(or teams of this organization), and nobody reviews a pull request of their own.';

export const assign: Plugin = {
  name: 'assign',
  help: () => ({
    description: 'Assigns issues and pull requests, and requests reviews of pull requests.',
    commands: [
      {
        usage: '/[un]assign [[@]<login>...]',
        featured: true,
        description: 'Assigns or unassigns people. Without names it is whoever says it.',
        whoCanUse: 'Anyone can use the command. Assignees must be people whom the host lets be assigned.',
        examples: ['/assign', '/unassign', '/assign @octocat', '/unassign @octocat @hubot'],
      },
      {
        usage: '/[un]cc [[@]<login or org/team>...]',
        featured: true,
        description: 'Requests reviews of a pull request, or takes requests back. Without names it is whoever says it.',
        whoCanUse: 'Anyone can use the command. Reviewers must be members or collaborators, and not the author.',
        examples: ['/cc', '/uncc', '/cc @octocat', '/cc @kubernetes/sig-testing', '/uncc @octocat'],
      },
    ],
  }),

  async onComment(event, { item, org }) {
    if (event.action !== 'created') return [];
    return [...assignments(event), ...(item.isPull ? reviewRequests(event, org) : [])];
  },
};

function assignments(event: CommentEvent): Effect[] {
  const { add, remove } = namedBy(assignCommand, event.body, event.author);
  const effects: Effect[] = [];
  if (remove.length > 0) effects.push({ kind: 'unassign', logins: remove });
  if (add.length > 0) effects.push({ kind: 'assign', logins: add, whenRefused: reply(event, notAssigned) });
  return effects;
}

function reviewRequests(event: CommentEvent, org: string): Effect[] {
  const { add, remove } = namedBy(ccCommand, event.body, event.author);
  const ours = remove.filter((name) => !name.includes('/') || name.startsWith(`${org}/`));
  // Requests that cannot be taken back end the matter: whoever wrote the lines meant them together.
  if (remove.length > 0 && ours.length === 0)
    return [{ kind: 'fail', reason: `No review of ${remove.join(', ')} can be taken back: not a team of ${org}.` }];
  const effects: Effect[] = [];
  if (ours.length > 0) effects.push({ kind: 'unrequestReview', reviewers: ours });
  if (add.length > 0) effects.push({ kind: 'requestReview', reviewers: add, whenRefused: reply(event, notRequested) });
  return effects;
}
