/** Whom `/assign` and `/cc` lines name (spec plugins-review.md C.4). Blunderbuss leaves those to them. */
import { compileRegex, type Regex } from './regex.ts';

export const assignCommand = compileRegex(String.raw`(?mi)^/(un)?assign(( @?[-\w]+?)*)\s*$`);
export const ccCommand = compileRegex(String.raw`(?mi)^/(un)?cc(( +@?[-/\w]+?)*)\s*$`);

export interface Named {
  add: readonly string[];
  remove: readonly string[];
}

/**
 * All lines of a text together; the last one about a login, as it is spelled, counts. A line that names nobody means its
 * author. `un` is only understood in lower case, as the reference does: `/UNASSIGN @a` assigns.
 */
export function namedBy(command: Regex, body: string, author: string): Named {
  const wanted = new Map<string, boolean>();
  for (const { groups } of command.matches(body)) {
    const [un, names = ''] = groups;
    for (const login of loginsIn(names, author)) wanted.set(login, un !== 'un');
  }
  const those = (add: boolean) => [...wanted].filter(([, value]) => value === add).map(([login]) => login);
  return { add: those(true), remove: those(false) };
}

function loginsIn(names: string, author: string): string[] {
  if (names === '') return [author];
  return names
    .split(' ')
    .map((name) => name.replace(/^@/, ''))
    .filter((name) => name !== '');
}
