/**
 * Cells of the report's table. Contexts, commands and links may come from a configuration that nobody has checked: in a cell
 * they stay on their line and in their column, mention nobody and format nothing. The same text always makes the same cell,
 * because the table is read back.
 */
import { inlineCode } from '../inline-code.ts';

/** Hosts take no longer contexts; commands of that length are written by nobody. */
const maxCell = 255;
/** What stands for itself in Markdown. */
const plain = /^[\w.,:()/+=][\w .,:()/+=-]*$/;
const address = /:\/\/|www\./i;

/** A name that people look for: as it is, where nothing in it has a meaning. */
export function nameCell(text: string): string {
  return text === text.trim() && text.length <= maxCell && plain.test(text) && !address.test(text)
    ? text
    : codeCell(text);
}

export function codeCell(text: string): string {
  if (text === '') return '``';
  // Columns are split before code is seen.
  return inlineCode(cut(text)).replaceAll('|', String.raw`\|`);
}

/** The target of a link. */
export function linkCell(url: string): string {
  return url.replaceAll(
    /[\s()<>|\\`]/g,
    (char) => `%${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length <= maxCell ? text : `${characters.slice(0, maxCell).join('')}...`;
}
