/** Calls of `bowsprit` in documentation, and whether they would parse. */
import type { Command } from 'commander';
import { createProgram } from '../../cli/program.ts';

/** Commands that do something, by their path. */
export function commands(command: Command, path = command.name()): { path: string; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((each) => commands(each, `${path} ${each.name()}`));
}

/** The words after `bowsprit`, or of `up` after `npm start --`; comments and what follows a pipe are left out. */
export function bowspritCalls(line: string): string[][] {
  const code = line.replace(/\s+#\s.*$/, '');
  const start = /^npm start(?: -- (.*))?$/.exec(code);
  const call = /^(?:npx )?bowsprit ([a-z].*)$/.exec(code);
  const check = /^npm run check(?: -- (.*))?$/.exec(code);
  const text = start ? `up ${start[1] ?? ''}` : check ? `check ${check[1] ?? ''}` : call?.[1];
  return text === undefined ? [] : [text.split('|')[0]?.trim().split(/\s+/) ?? []];
}

/** What is wrong with a call, if anything: a command or an option that does not exist. */
export function callProblem(words: readonly string[]): string | undefined {
  let command = createProgram();
  let index = 0;
  for (let next = command; index < words.length; index++) {
    const found = next.commands.find((each) => each.name() === words[index]);
    if (!found) break;
    command = next = found;
  }
  // A group of commands may be named as such.
  if (command.commands.length > 0)
    return index === words.length ? undefined : `bowsprit ${words.join(' ')}: no such command`;
  const flags = words.slice(index).flatMap((word) => /^(--?[a-z][a-z-]*)/.exec(word)?.[1] ?? []);
  const known = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  const unknown = flags.filter((flag) => flag !== '--help' && !known.has(flag));
  return unknown.length > 0 ? `bowsprit ${words.join(' ')}: ${unknown.join(', ')} is no option` : undefined;
}
