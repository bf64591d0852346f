import { expect, test } from '@jest/globals';
import type { JobRow } from '../../../api.ts';
import { mergeRows } from './merge-rows.ts';

const row = (name: string, startTime: string, state: JobRow['state'] = 'pending'): JobRow => ({
  name,
  job: name,
  type: 'periodic',
  state,
  startTime,
  ownRefs: true,
  temporalUrl: '',
  abortable: true,
});

test('changed rows take their place, removed ones go, and the others stay the same objects', () => {
  const rows = [row('c', '2026-11-24T12:03:00Z'), row('b', '2026-11-24T12:02:00Z'), row('a', '2026-11-24T12:01:00Z')];
  const ended = row('b', '2026-11-24T12:02:00Z', 'success');
  const fresh = row('d', '2026-11-24T12:04:00Z');

  const merged = mergeRows(rows, { changed: [ended, fresh], removed: ['a'], revision: 1 });

  expect(merged).toEqual([fresh, rows[0], ended]);
  expect(merged[1]).toBe(rows[0]);
});

test('rows that start in the same second are sorted by job', () => {
  const [a, b] = [row('a', '2026-11-24T12:00:00Z'), row('b', '2026-11-24T12:00:00Z')];

  expect(mergeRows([b], { changed: [a], removed: [], revision: 1 })).toEqual([a, b]);
});
