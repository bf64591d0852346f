/**
 * Cuts a YAML stream down to its first document: later ones are never read, not even for errors (spec jobs.md 1.2).
 */

const boundary = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;
/** Blank lines, comments and directives: what may stand before a document's own start marker. */
const preamble = /^(?:\uFEFF|[ \t]*(?:#[^\n]*)?\r?\n|%[^\n]*\n)*$/;

/** The first document, as a prefix of the text, so that positions in it are positions in the text. */
export function firstDocument(text: string): string {
  boundary.lastIndex = 0;
  let match = boundary.exec(text);
  if (match?.[0] === '---' && preamble.test(text.slice(0, match.index))) match = boundary.exec(text);
  return match ? text.slice(0, match.index) : text;
}
