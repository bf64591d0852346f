/**
 * What the plugin writes for itself to find again (spec plugins-review.md 0.6, C.2). The texts are the reference's: repositories
 * that come from there have them already.
 */
import type { Bot } from '../../domain/review/host.ts';
import type { IssueComment } from '../../domain/review/item.ts';
import { isBot } from '../../rules/own-comments.ts';

const removalNotice = 'New changes are detected. LGTM label has been removed.';
/**
 * At the start of the comment only: our answers quote people, who could otherwise have us vouch for a tree of their choice.
 */
const treeHashNotice = /^LGTM label has been added. {2}<details>Git tree hash: (.*)<\/details>/;

export function removalNoticeText(): string {
  return removalNotice;
}

export function isRemovalNotice(body: string): boolean {
  return body.includes(removalNotice);
}

export function treeHashText(tree: string): string {
  return `LGTM label has been added.  <details>Git tree hash: ${tree}</details>`;
}

export function isTreeHashNotice(body: string): boolean {
  return treeHashNotice.test(body);
}

/** Of the newest notice; those that somebody has edited do not count. */
export function approvedTree(bot: Bot, comments: readonly IssueComment[]): string | undefined {
  const notice = comments.findLast(
    ({ author, body, createdAt, updatedAt }) =>
      isBot(bot, author) && isTreeHashNotice(body) && Date.parse(createdAt) === Date.parse(updatedAt),
  );
  return treeHashNotice.exec(notice?.body ?? '')?.[1];
}
