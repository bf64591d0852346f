/**
 * The forms that answers to people have (spec plugins-community.md 0.3, plugins-review.md 0.5). Software reads them: the first
 * line, the details block, and the quotation, whose `>` keeps quoted commands from being obeyed.
 */
import type { CommentEvent } from '../domain/review/events.ts';

const about =
  'I am a bot. [Commands that I know](https://go.k8s.io/bot-commands) are obeyed at the start of a line in a new comment. ' +
  'If I misbehave, please tell the people who run me.';

/** Answer to the author of a text, which is quoted. */
export function reply({ author, body, url }: Pick<CommentEvent, 'author' | 'body' | 'url'>, message: string): string {
  const reason = `In response to [this](${url}):\n\n${quote(body)}`;
  return `@${author}: ${message}\n\n${details(`${reason}\n\n${about}`)}`;
}

/** A statement to nobody in particular. */
export function simpleReply(message: string): string {
  return `${message}\n\n${details(about)}`;
}

/** Addressed, with a reason of the plugin's own in the details. */
export function reasonedReply(to: string, message: string, reason: string): string {
  return `@${to}: ${message}\n\n${details(`${reason}\n\n${about}`)}`;
}

function details(text: string): string {
  return `<details>\n\n${text}\n</details>`;
}

/** Every line quoted, whatever ends it. */
export function quote(text: string): string {
  return text
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map((line) => `>${line}`)
    .join('\n');
}
