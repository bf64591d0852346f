/**
 * Texts of others on one line of ours: without control characters, without characters that turn the direction of writing or
 * that cannot be seen, and not longer than there is room for. Markdown in it stays what it is; where that is rendered,
 * `rules/printable-markdown.ts` is to be used.
 */

/** Controls, formats (zero width, direction), private and unassigned characters, lone surrogates, line and paragraph ends. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** At most `length` characters, the last of them `…` where something was cut. */
export function printableText(text: string, length: number): string {
  // No more than is needed is looked at: texts may be megabytes.
  const line = text
    .slice(0, length * 4 + 1024)
    .replaceAll(invisible, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= length
    ? line
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
