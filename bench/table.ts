/** One line of a benchmark's result: what, how much, against which target. */
export interface Row {
  what: string;
  value: string;
  target?: string;
  ok?: boolean;
}

export function printRows(title: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  const value = Math.max(...rows.map((row) => row.value.length));
  console.log(`\n${title}`);
  for (const row of rows) {
    const verdict = row.ok === undefined ? '' : row.ok ? '  ok' : '  MISSED';
    console.log(`  ${row.what.padEnd(width)}  ${row.value.padStart(value)}  ${row.target ?? ''}${verdict}`);
  }
}

/** The p-th percentile (0 to 1) by nearest rank; the values need not be sorted. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}
