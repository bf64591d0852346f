/** The release note in a description, and the label that it stands for (spec plugins-review.md C.15). */
import { hasLabel } from '../../domain/review/item.ts';
import { compileRegex } from '../../rules/regex.ts';

export const releaseNote = 'release-note';
export const releaseNoteNone = 'release-note-none';
export const releaseNoteActionRequired = 'release-note-action-required';
export const releaseNoteNeeded = 'do-not-merge/release-note-label-needed';
export const deprecation = 'kind/deprecation';

export const allNoteLabels = [releaseNoteActionRequired, releaseNoteNone, releaseNoteNeeded, releaseNote];

const fence = '```';
const block = compileRegex(
  String.raw`(?s)(?:Release note\*\*:\s*(?:<!--[^<>]*-->\s*)?${fence}(?:release-note)?|${fence}release-note)(.+?)${fence}`,
);
const none = compileRegex(String.raw`(?i)^\W*(NONE|NO)\W*$`);

/** Content of the first block, as written; undefined where there is none. */
export function noteBlock(body: string): string | undefined {
  return block.matches(body)[0]?.groups[0];
}

/** The note in lower case, without blanks at its ends; empty where there is none. */
export function noteOf(body: string): string {
  return (noteBlock(body) ?? '').trim().toLowerCase();
}

export function isNone(note: string): boolean {
  return none.test(note);
}

/** The label for a description, seen with the labels that are there. */
export function labelForNote(body: string, labels: readonly string[]): string {
  const note = noteOf(body);
  const isDeprecation = hasLabel(labels, deprecation);
  if (note === '') {
    if (isDeprecation) return releaseNoteNeeded;
    return labels.includes(releaseNoteNone) ? releaseNoteNone : releaseNoteNeeded;
  }
  if (isNone(note)) return isDeprecation ? releaseNoteNeeded : releaseNoteNone;
  return note.includes('action required') ? releaseNoteActionRequired : releaseNote;
}

/** The description with another note in its block; undefined where it has none. */
export function withNote(body: string, note: string): string | undefined {
  const [match] = block.matches(body);
  const content = match?.groups[0];
  if (!match || content === undefined) return undefined;
  const end = match.index + match.text.length - fence.length;
  return `${body.slice(0, end - content.length)}\r\n${note}\r\n${body.slice(end)}`;
}
