/** What commands print: tables for people, JSON for programs. */
import { Option } from 'commander';
import Table from 'cli-table3';
import { dump } from 'js-yaml';

export type OutputFormat = 'table' | 'json';

export const outputOption = () =>
  new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table');

/** Columns separated by blanks, without lines or colours: fine to read, to grep and to cut. */
export function printTable(head: string[], rows: readonly string[][]): void {
  const none = '';
  const table = new Table({
    head: head.map((title) => title.toUpperCase()),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  table.push(...rows.map((row) => row.map(printable)));
  print(
    table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n'),
  );
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2).replaceAll(unescaped, escaped));
}

/** What JSON leaves as it is and terminals obey: the upper control characters, and those that turn the direction of writing. */
const unescaped = /[\x7f-\x9f]|\p{Cf}/gu;

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** Without anchors, and with texts quoted that YAML 1.1 takes for something else: fit for kubectl. */
export function printYaml(value: unknown): void {
  print(dump(value, { lineWidth: -1, noRefs: true }).trimEnd());
}

/** For people, beside what is printed: on stderr. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Texts of others must not drive the terminal: control characters are shown, not sent. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** `3m20s`, `2h5m`, `4d`: the two largest units. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${seconds % 60}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h${minutes % 60}m` : `${Math.floor(hours / 24)}d`;
}
