import { expect, test } from '@jest/globals';
import type { ProwJobState } from '../../../../domain/prowjob.ts';
import { countStates, successRate } from './statistics.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const at = (state: ProwJobState, hoursAgo: number) => ({
  state,
  startTime: new Date(now - hoursAgo * 3_600_000).toISOString(),
});
const times = (count: number, state: ProwJobState) => Array.from({ length: count }, () => at(state, 1));

test('line 17: the bar counts all rows, the most frequent state first', () => {
  const counts = countStates([...times(10, 'failure'), ...times(589, 'success'), ...times(1, 'pending')]);

  expect(counts.map(({ state, count }) => [state, count])).toEqual([
    ['success', 589],
    ['failure', 10],
    ['pending', 1],
  ]);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(600);
  expect(counts.at(-1)?.percent).toBe(1);
});

test('line 18: 1 success, 2 failures and 5 aborted are 34 %', () => {
  expect(successRate([...times(1, 'success'), ...times(2, 'failure'), ...times(5, 'aborted')], 3, now)).toBe(34);
});

test('[fix] a window without runs has no rate', () => {
  expect(successRate([at('success', 4), ...times(1, 'error')], 3, now)).toBeUndefined();
});

test('[fix] a run that is older than the window does not count', () => {
  expect(successRate([at('success', 1), at('failure', 3.1)], 3, now)).toBe(100);
});
