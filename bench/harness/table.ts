/** Results of benchmarks as lines of a table. */

/** One line of a benchmark's result: what, how much, against which target. */
export interface Row {
  what: string;
  /** For people, with its unit. */
  value: string;
  /** The same as a number, for the JSON file. */
  figure?: number;
  target?: string;
  /** Whether the target is met; rows without a target have none. */
  ok?: boolean;
}

/** The lines of a table, without the final line break. */
export function formatRows(title: string, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  const value = Math.max(...rows.map((row) => row.value.length));
  const lines = rows.map((row) => {
    const verdict = row.ok === undefined ? '' : row.ok ? '  ok' : '  MISSED';
    return `  ${row.what.padEnd(width)}  ${row.value.padStart(value)}  ${row.target ?? ''}${verdict}`.trimEnd();
  });
  return [title, ...lines].join('\n');
}

export function printRows(title: string, rows: readonly Row[]): void {
  console.log(`\n${formatRows(title, rows)}`);
}

/** A row whose figure must not exceed a limit. */
export function atMost(what: string, figure: number, limit: number, unit: string, digits = 0): Row {
  return { ...plain(what, figure, unit, digits), target: `<= ${limit} ${unit}`.trimEnd(), ok: figure <= limit };
}

/** A row whose figure must reach a limit. */
export function atLeast(what: string, figure: number, limit: number, unit: string, digits = 0): Row {
  return { ...plain(what, figure, unit, digits), target: `>= ${limit} ${unit}`.trimEnd(), ok: figure >= limit };
}

/** A row that only informs. */
export function plain(what: string, figure: number, unit: string, digits = 0): Row {
  return { what, value: `${figure.toFixed(digits)} ${unit}`.trimEnd(), figure };
}
