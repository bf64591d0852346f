/** Which of the trigger plugin's answers a comment is, in the words of `selection.json`. */
import { helpNotes, noPresubmits, optionalHeading, requiredHeading } from '../../plugins/trigger/help-reply.ts';
import { untrusted, untrustedWithoutCommand, withdrawal } from '../../plugins/trigger/refusals.ts';

const kinds: readonly (readonly [string, string])[] = [
  ...Object.entries(helpNotes).map(([note, text]) => [text, `help:${note}`] as const),
  [noPresubmits, 'help:no-presubmits'],
  [untrusted, 'refuse-untrusted'],
  [untrustedWithoutCommand, 'refuse-untrusted'],
  [withdrawal, 'refuse-cancel'],
  [requiredHeading, 'help:list'],
  [optionalHeading, 'help:list'],
];

export function commentKind(body: string): string {
  // An answer begins with its point, behind the name of who is answered.
  const message = body.replace(/^@\S+: /, '');
  const kind = kinds.find(([text]) => message.startsWith(text))?.[1];
  if (kind) return kind;
  if (/^Hi @\S+, thank you/.test(body)) return 'welcome';
  return body.startsWith('This pull request is a draft') ? 'draft-skip' : `unknown: ${body}`;
}
