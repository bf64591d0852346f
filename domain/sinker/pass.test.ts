import { expect, test } from '@jest/globals';
import { describePass, emptySwept, sumSwept, type SinkerResult } from './pass.ts';

const result: SinkerResult = {
  v: 1,
  dryRun: false,
  at: '2026-11-23T12:00:00.000Z',
  seconds: 1.5,
  pods: { existing: 9, removed: { aged: 2, orphaned: 1 }, errors: { Forbidden: 1 } },
  prowJobs: emptySwept(),
  runFolders: 3,
  failed: [{ part: 'pods of far', reason: 'no `worker` there' }],
};

test('a pass in words', () => {
  expect(describePass(result).split('\n')).toEqual([
    'Took 1.5s',
    '- pods: 9 found, 2 aged, 1 orphaned removed, failed: 1 Forbidden',
    '- ProwJobs: 0 found, none removed',
    '- folders of ended runs: 3 removed',
    "- **pods of far failed**: no 'worker' there",
  ]);
});

test('a dry run says so first', () => {
  expect(describePass({ ...result, dryRun: true, records: emptySwept() })).toMatch(
    /^\*\*Dry run\*\*: nothing was removed\.[^]*records without execution: 0 found/,
  );
});

test('figures of clusters add up', () => {
  const one = { existing: 1, removed: { aged: 1 }, errors: { Forbidden: 1 } };

  expect(sumSwept([one, { existing: 2, removed: { aged: 2, ttled: 1 }, errors: {} }])).toEqual({
    existing: 3,
    removed: { aged: 3, ttled: 1 },
    errors: { Forbidden: 1 },
  });
});
