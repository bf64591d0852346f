import { expect, test } from '@jest/globals';
import type { ProwJobState } from '../prowjob.ts';
import { retryDelayMs } from './retry.ts';

const policy = { attempts: 3, intervalMs: 60_000, runAll: false };
const last = (attempt: number, state: ProwJobState = 'failure') => ({ attempt, state, startedMs: 1_000_000 });

test.each([
  { name: 'no policy', retry: undefined, given: last(0), now: 1_000_000, expected: undefined },
  {
    name: 'first failure waits for the rest of the interval',
    retry: policy,
    given: last(0),
    now: 1_020_000,
    expected: 40_000,
  },
  {
    name: 'the interval counts from the start, so a long run is retried at once',
    retry: policy,
    given: last(0),
    now: 1_090_000,
    expected: 0,
  },
  { name: 'the count is bounded by attempts', retry: policy, given: last(3), now: 1_000_000, expected: undefined },
  { name: 'the last allowed attempt', retry: policy, given: last(2), now: 1_060_000, expected: 0 },
  { name: 'not after success', retry: policy, given: last(0, 'success'), now: 1_000_000, expected: undefined },
  {
    name: 'after success with run_all',
    retry: { ...policy, runAll: true },
    given: last(0, 'success'),
    now: 1_060_000,
    expected: 0,
  },
  {
    name: 'never more than ten',
    retry: { ...policy, attempts: 50 },
    given: last(10),
    now: 1_000_000,
    expected: undefined,
  },
])('$name', ({ retry, given, now, expected }) => {
  expect(retryDelayMs(retry, given, now)).toBe(expected);
});
