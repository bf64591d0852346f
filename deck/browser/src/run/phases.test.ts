import { expect, test } from '@jest/globals';
import { phasesOf } from './phases.tsx';

const startTime = '2026-11-24T12:00:00Z';
const pendingTime = '2026-11-24T12:00:05Z';
const completionTime = '2026-11-24T12:01:00Z';
const now = Date.parse('2026-11-24T12:00:30Z');

test.each([
  ['a job that waits', { startTime, state: 'triggered' }, [['Queued', 30_000, true]]],
  [
    'a job that runs',
    { startTime, pendingTime, state: 'pending' },
    [
      ['Queued', 5_000, false],
      ['Running', 25_000, true],
    ],
  ],
  [
    'a job that has ended',
    { startTime, pendingTime, completionTime, state: 'success' },
    [
      ['Queued', 5_000, false],
      ['Running', 55_000, false],
    ],
  ],
  [
    'a job that was aborted while it waited',
    { startTime, completionTime, state: 'aborted' },
    [['Queued', 60_000, false]],
  ],
])('%s', (_name, status, expected) => {
  expect(phasesOf(status, now).map(({ name, ms, isOpen }) => [name, ms, isOpen])).toEqual(expected);
});
