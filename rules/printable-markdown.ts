/** Text of others inside our own: shown as it is, it mentions nobody, links to nothing and formats nothing. */

/** A code span on one line, whatever the text holds. */
export function printableMarkdown(text: string): string {
  const line = text
    .replaceAll(/[\s\u2028\u2029]+/g, ' ')
    .replaceAll('`', "'")
    .trim();
  return line === '' ? '' : `\`${line}\``;
}
