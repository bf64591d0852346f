/** Calls of `bowsprit` and `temporal` in documentation, and whether what they name exists. */
import type { Command } from 'commander';
import { createProgram } from '../../cli/program.ts';
import {
  keywordAttributes,
  keywordListAttributes,
  queries,
  signals,
  taskQueues,
  updates,
  workflowTypes,
} from '../../domain/wire.ts';

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

/** The calls in the first column of tables that are headed `npx bowsprit`. */
export function tableCalls(page: string): string[][] {
  const tables = page.match(/(?:^\|.*\n)+/gm) ?? [];
  return tables
    .filter((each) => /^\|[^|]*`npx bowsprit`/.test(each))
    .flatMap((each) => each.split('\n').slice(2))
    .flatMap((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? [])
    .map((call) => call.split(/\s+/));
}

const wireNames: Readonly<Record<string, readonly string[]>> = {
  type: Object.values(workflowTypes),
  'task-queue': Object.values(taskQueues).filter((queue) => typeof queue === 'string'),
  name: [signals, updates, queries].flatMap((names) => Object.values(names)),
};
const attributes: readonly string[] = [...keywordAttributes, ...keywordListAttributes];

/** Workflow types, queues, messages and search attributes of a call of `temporal` that do not exist. */
export function unknownWireNames(line: string): string[] {
  if (!line.startsWith('temporal ')) return [];
  const named = [...line.matchAll(/--(type|task-queue|name) (\S+)/g)];
  const unknown = named.flatMap(([, flag = '', name = '']) => (wireNames[flag]?.includes(name) ? [] : [name]));
  const filters = line.match(/\bProw[A-Z]\w*(?==)/g) ?? [];
  return [...unknown, ...filters.filter((name) => !attributes.includes(name))];
}
