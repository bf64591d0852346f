/** The lines of a command and what they name (C.9). */
import { compileRegex, type Regex } from '../../rules/regex.ts';

const command = (name: string) => compileRegex(String.raw`(?mi)^/${name}( ([^\r\n]+))?[\r\n]?$`);

export const commands = {
  override: command('override'),
  overrideSticky: command('override-sticky'),
  overrideCancel: command('override-cancel'),
} as const;

export interface Given {
  /** Names of all lines together, without doubles, in order. */
  names: string[];
  /** A line that names nothing is there. */
  isBare: boolean;
}

/** Undefined where no line has the command. */
export function argumentsOf(pattern: Regex, body: string): Given | undefined {
  const lines = pattern.matches(body).map(({ groups: [text, names = ''] }) => ({ isBare: !text, names }));
  if (lines.length === 0) return undefined;
  return {
    names: [...new Set(lines.flatMap(({ names }) => splitNames(names)))],
    isBare: lines.some(({ isBare }) => isBare),
  };
}

/** At blanks, but not at those between double quotes; an odd quote reaches to the end. */
function splitNames(text: string): string[] {
  const names: string[] = [];
  let current = '';
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === ' ' && !isQuoted) {
      if (current !== '') names.push(current);
      current = '';
    } else current += character;
  }
  if (current !== '') names.push(current);
  return names.map((name) => name.trim().replace(/^"+|"+$/g, ''));
}
