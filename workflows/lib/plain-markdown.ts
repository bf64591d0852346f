/** Texts of others in the markdown that the Temporal UI shows: nothing in them is markdown, or HTML. */

export function plainMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!|<>&~@]/g, (char) => (char === '<' ? '&lt;' : `\\${char}`));
}

/** In a code span; the text has no line ends. */
export function codeSpan(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
