import { expect, test } from '@jest/globals';
import { addLabel, comment, removeLabel, type Effect } from './effects.ts';
import { settleEffects } from './settle-effects.ts';

const start: Effect = { kind: 'startJobs', jobs: [{ job: 'unit', type: 'presubmit' }] };
const abort: Effect = { kind: 'abortJobs', description: 'Aborted.' };

test('keys name delivery, plugin and place', () => {
  const settled = settleEffects('d1', [{ plugin: 'lgtm', effects: [addLabel('lgtm'), comment('x')] }]);

  expect(settled.map(({ key }) => key)).toEqual(['d1/lgtm/0', 'd1/lgtm/1']);
});

test('what two plugins want is done once, but both may speak', () => {
  const settled = settleEffects('d', [
    { plugin: 'a', effects: [addLabel('x'), comment('same')] },
    { plugin: 'b', effects: [addLabel('x'), comment('same'), removeLabel('y')] },
  ]);

  expect(settled.map(({ plugin, effect }) => `${plugin} ${effect.kind}`)).toEqual([
    'a addLabel',
    'a comment',
    'b comment',
    'b removeLabel',
  ]);
});

test('jobs are aborted first and started last, whoever wants it', () => {
  const settled = settleEffects('d', [
    { plugin: 'trigger', effects: [start, addLabel('ok-to-test')] },
    { plugin: 'z', effects: [abort] },
  ]);

  expect(settled.map(({ effect }) => effect.kind)).toEqual(['abortJobs', 'addLabel', 'startJobs']);
});

test('keys do not depend on what other plugins want', () => {
  const alone = settleEffects('d', [{ plugin: 'b', effects: [addLabel('x'), comment('c')] }]);
  const beside = settleEffects('d', [
    { plugin: 'a', effects: [addLabel('x')] },
    { plugin: 'b', effects: [addLabel('x'), comment('c')] },
  ]);

  expect(beside.find(({ plugin }) => plugin === 'b')?.key).toBe(alone[1]?.key);
});
