import { expect, test } from '@jest/globals';
import { ids, keywordAttributes, keywordListAttributes, signals, stableHash, workflowTypes } from './wire.ts';

test('ids carry no slash and stay short', () => {
  const long = ids.periodicSchedule(`org/${'x'.repeat(400)}`);

  expect(long).not.toContain('/');
  expect(long.length).toBeLessThanOrEqual(200);
  expect(long).not.toBe(ids.periodicSchedule(`org/${'x'.repeat(401)}`));
  expect(ids.periodicSchedule('echo-test')).toBe('periodic:echo-test');
});

test('the same start key gives the same ProwJob, another another', () => {
  expect(ids.prowJob('delivery/job')).toBe(ids.prowJob('delivery/job'));
  expect(ids.prowJob('delivery/job')).not.toBe(ids.prowJob('delivery/job2'));
  expect(stableHash('a')).toMatch(/^[0-9a-z]{26}$/);
});

/** Released names are never renamed or removed: add a line here when one is added. */
test('wire names', () => {
  expect(Object.values(workflowTypes)).toEqual([
    'prowJob',
    'startJob',
    'changeActor',
    'repoActor',
    'tideRepo',
    'tideBatch',
    'limiter',
    'periodicLoop',
    'configSync',
    'sinker',
    'redeliver',
    'reconcile',
    'runLog',
  ]);
  expect(Object.entries(signals).every(([key, value]) => key === value)).toBe(true);
  expect([...keywordAttributes, ...keywordListAttributes]).toEqual([
    'ProwJob',
    'ProwType',
    'ProwState',
    'ProwRepo',
    'ProwBaseRef',
    'ProwCluster',
    'ProwBuildId',
    'ProwConfigHash',
    'ProwSchedule',
    'ProwPulls',
  ]);
});
