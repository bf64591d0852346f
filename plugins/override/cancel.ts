/** Taking overrides back. */
import { comment, type Effect } from '../../domain/effects.ts';
import type { CommentEvent } from '../../domain/review/events.ts';
import type { PullDetails } from '../../domain/review/item.ts';
import { newestStatuses } from '../../rules/commit-statuses.ts';
import { inlineCode } from '../../rules/inline-code.ts';
import { reply } from '../../rules/replies.ts';
import type { ItemContext } from '../api.ts';
import { argumentsOf, commands } from './arguments.ts';
import { mayOverride, whoMay } from './authorised.ts';
import { descriptionPrefix, notTaken } from './kinds.ts';

/** Those that are named, or all. Contexts that have been tested again since are not overridden any more (Q6). */
export async function cancelOverrides(
  event: CommentEvent,
  { head }: PullDetails,
  context: ItemContext,
): Promise<readonly Effect[]> {
  const given = argumentsOf(commands.overrideCancel, event.body);
  if (!given) return [];
  const answer = (message: string) => [comment(reply(event, message))];
  if (!(await mayOverride(event.author, context))) {
    return answer(`You may not use \`/override-cancel\`; these may: ${whoMay(context)}.`);
  }
  const overridden = newestStatuses(await context.host.statuses(head.sha)).filter(
    (status) =>
      status.description.includes(descriptionPrefix) && (given.isBare || given.names.includes(status.context)),
  );
  if (overridden.length === 0) return answer('There is no such override to cancel.');
  const names = overridden.map((status) => status.context).toSorted();
  return [
    ...overridden.map(({ context: name, targetUrl }): Effect => ({
      kind: 'setStatus',
      sha: head.sha,
      context: name,
      state: 'failure',
      description: `Override cancelled by ${event.author}`,
      ...(targetUrl && { targetUrl }),
      whenRefused: reply(event, notTaken(name)),
    })),
    ...answer(`Overrides cancelled for ${event.author}: ${names.map(inlineCode).join(', ')}.`),
  ];
}
