/** What the header of the list says about all rows that match: how many per state, and how many succeed. Pure. */
import type { JobRow } from '../../../api.ts';

export interface StateCount {
  state: string;
  count: number;
  /** Of the bar's width; a state never falls below 1 %. */
  percent: number;
}

/** Most frequent first. */
export function countStates(rows: readonly Pick<JobRow, 'state'>[]): StateCount[] {
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .map(([state, count]) => ({ state, count, percent: Math.max(1, (100 * count) / rows.length) }))
    .sort((a, b) => b.count - a.count);
}

export const rateHours = [3, 12, 48] as const;

/**
 * Successes among successes and failures that started in the last hours, in percent, rounded up; runs in other states do not
 * count. Undefined without any (the reference shows 0 %, a defect).
 */
export function successRate(
  rows: readonly Pick<JobRow, 'state' | 'startTime'>[],
  hours: number,
  now: number,
): number | undefined {
  const since = now - hours * 3_600_000;
  let successes = 0;
  let failures = 0;
  for (const { state, startTime } of rows) {
    if (state !== 'success' && state !== 'failure') continue;
    if (Date.parse(startTime) < since) continue;
    if (state === 'success') successes += 1;
    else failures += 1;
  }
  return successes + failures === 0 ? undefined : Math.ceil((100 * successes) / (successes + failures));
}
