/** Finding earlier comments of our own that are out of date (spec plugins-review.md 0.3, 0.6). */
import { deleteComments, type DeleteComment } from '../domain/effects.ts';
import type { Bot } from '../domain/review/host.ts';
import type { IssueComment } from '../domain/review/item.ts';

/** Exact equality; with an App the candidate may end in `[bot]`. */
export function isBot({ login, isApp }: Bot, candidate: string): boolean {
  return (isApp ? candidate.replace(/\[bot\]$/, '') : candidate) === login;
}

/** Deletes the bot's own comments that a predicate recognises. */
export function prune(
  bot: Bot,
  comments: readonly IssueComment[],
  isOutdated: (body: string) => boolean,
): DeleteComment[] {
  return deleteComments(
    comments.filter(({ author, body }) => isBot(bot, author) && isOutdated(body)).map(({ id }) => id),
  );
}
