/** Names and commands that others chose, inside texts of ours. */

/**
 * Code in a line of Markdown, in which nothing has a meaning of its own: nobody is mentioned, no markup and no line break gets
 * out. Never at the start of a line by itself, so it is no command either.
 */
export function inlineCode(text: string): string {
  const line = text.replaceAll(/[\s\u2028\u2029]+/g, ' ').trim() || ' ';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A list with one piece of code each. */
export function codeList(texts: readonly string[]): string {
  return texts.map((text) => `- ${inlineCode(text)}`).join('\n');
}
