/**
 * Descriptions of commit statuses that end in the base commit they hold for (spec plugins-community.md B.2.2, Q8): Tide reads it
 * back, so that a result counts only for that base.
 */

/** Characters (Unicode code points, not bytes or UTF-16 units) that hosts keep of a description. */
export const maxDescription = 140;
const delimiter = ' BaseSHA:';
/** Written by old versions. */
const oldDelimiter = ' Basesha:';
const elision = ' ... ';
/** Looks like a blank; ordinary ones in a row are shown as one. */
const padding = '\u2001';

/**
 * The text, padding, and ` BaseSHA:<sha>`: at most 140 characters, the middle of a longer text left out. Without a base there is
 * no suffix.
 *
 * The padding moves the commit out of sight. It fills a quarter of the room, as in Prow, where it was meant to fill all: then
 * a description is the same whoever wrote it. Unlike there, it never takes room from the text.
 */
export function describedForBase(text: string, baseSha = ''): string {
  const suffix = baseSha && `${delimiter}${baseSha}`;
  const room = maxDescription - lengthOf(suffix);
  const kept = shortened(text, room);
  const blanks = suffix && padding.repeat(Math.ceil((room - lengthOf(kept)) / 4));
  return `${kept}${blanks}${suffix}`;
}

/** The base that a description names; undefined unless it ends in exactly one, of 40 characters. */
export function baseOfDescription(description: string): string | undefined {
  const parts = description.replaceAll(oldDelimiter, delimiter).split(delimiter);
  return parts.length === 2 && parts[1]?.length === 40 ? parts[1] : undefined;
}

/** Without its middle where it is longer than `room` characters. */
function shortened(text: string, room: number): string {
  const characters = Array.from(text);
  if (characters.length <= room) return text;
  const half = Math.floor((room - elision.length) / 2);
  return `${characters.slice(0, half).join('')}${elision}${characters.slice(-half).join('')}`;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
