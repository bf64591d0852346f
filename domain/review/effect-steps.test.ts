import { expect, test } from '@jest/globals';
import type { Effect } from '../effects.ts';
import { settleEffects } from '../settle-effects.ts';
import { stepsOf } from './effect-steps.ts';

const settled = (...plugins: Effect[][]) =>
  settleEffects(
    'd1',
    plugins.map((effects, index) => ({ plugin: `p${index}`, effects })),
  );

test('everything for the host is one step, in order, whatever lies between', () => {
  const record: Effect = { kind: 'recordJob', job: 'unit', state: 'success', description: '', url: '' };

  const steps = stepsOf(
    settled(
      [{ kind: 'addLabel', label: 'a' }, record, { kind: 'comment', body: 'b' }],
      [{ kind: 'comment', body: 'c' }],
    ),
  );

  expect(steps.host.map(({ key }) => key)).toEqual(['d1/p0/0', 'd1/p0/2', 'd1/p1/0']);
  expect(steps.record).toMatchObject([{ key: 'd1/p0/1', effect: record }]);
});

test('each job is started once, however many plugins want it', () => {
  const { start } = stepsOf(
    settled(
      [{ kind: 'startJobs', jobs: [{ job: 'unit', type: 'presubmit', labels: { a: 'b' } }] }],
      [
        {
          kind: 'startJobs',
          jobs: [
            { job: 'unit', type: 'presubmit' },
            { job: 'e2e', type: 'presubmit' },
          ],
        },
      ],
    ),
  );

  expect(start).toEqual([
    { job: 'unit', type: 'presubmit', labels: { a: 'b' } },
    { job: 'e2e', type: 'presubmit' },
  ]);
});

test('what is for nobody else is the steps of the actor', () => {
  const steps = stepsOf(
    settled([
      { kind: 'abortJobs', description: 'closed' },
      { kind: 'cherryPick', requester: 'ann', picks: [] },
      { kind: 'lookAgain', afterMs: 5 },
      { kind: 'fail', reason: 'x' },
    ]),
  );

  expect(steps.host).toEqual([]);
  expect(steps.abort).toHaveLength(1);
  expect(steps.cherryPick).toHaveLength(1);
  expect(steps.again).toMatchObject([{ plugin: 'p0', effect: { afterMs: 5 } }]);
});
