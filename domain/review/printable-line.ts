/**
 * Texts of others on one line of ours: in summaries of the Temporal UI, in state, in logs. What moves a cursor, turns the direction
 * of writing or cannot be seen is gone.
 */

/** Control and format characters, halves of pairs, and line ends of every kind. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;

/** At most so many characters (not bytes: one has at most four); a text that was cut ends with `…`. */
export function printableLine(text: string, maxLength: number): string {
  // No more than this can be shown, so that a long text costs no more than a short one.
  const line = text
    .slice(0, maxLength * 4)
    .replaceAll(unprintable, ' ')
    .trim();
  const characters = Array.from(line);
  const isWhole = characters.length <= maxLength && text.length <= maxLength * 4;
  return isWhole ? line : `${characters.slice(0, maxLength - 1).join('')}…`;
}
