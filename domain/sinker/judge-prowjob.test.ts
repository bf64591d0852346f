import { expect, test } from '@jest/globals';
import type { ProwJobType } from '../prowjob.ts';
import { judgeProwJob } from './judge-prowjob.ts';

const day = 86_400_000;
const now = 1_000 * day;

/** Spec jobs.md 7 steps 2 and 3, and lines 65 and 66. The limit is seven days. */
test.each<[string, ProwJobType, number, boolean, boolean, string | undefined]>([
  ['66: incomplete, 30 days old', 'presubmit', 30, false, false, undefined],
  ['incomplete periodic, 30 days old', 'periodic', 30, false, false, undefined],
  ['complete, 8 days old', 'presubmit', 8, true, false, 'aged'],
  ['a batch', 'batch', 8, true, false, 'aged'],
  ['a postsubmit is not kept for being the latest', 'postsubmit', 8, true, true, 'aged'],
  ['complete, 7 days old', 'presubmit', 7, true, false, undefined],
  ['65: the only run of a configured periodic, 30 days old', 'periodic', 30, true, true, undefined],
  ['65: of a periodic that is no longer configured', 'periodic', 30, true, false, 'aged-periodic'],
])('%s', (_name, type, days, complete, latestOfPeriodic, reason) => {
  const given = { type, startMs: now - days * day, complete };

  expect(judgeProwJob(given, { nowMs: now, maxProwJobAgeMs: 7 * day, latestOfPeriodic })).toBe(reason);
});
