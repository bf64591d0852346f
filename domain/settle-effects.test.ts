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

test.each<[string, Effect[], Effect[]]>([
  ['a change and its opposite', [addLabel('x'), removeLabel('x')], [addLabel('x'), removeLabel('x')]],
  ['back and forth, to where it began', [addLabel('x'), removeLabel('x'), addLabel('x')], [addLabel('x')]],
  [
    'back and forth, twice',
    [removeLabel('x'), addLabel('x'), removeLabel('x'), addLabel('x')],
    [removeLabel('x'), addLabel('x')],
  ],
  [
    'labels of other items are others',
    [addLabel('x'), { kind: 'removeLabel', label: 'x', number: 7 }, addLabel('y')],
    [addLabel('x'), { kind: 'removeLabel', label: 'x', number: 7 }, addLabel('y')],
  ],
])('of changes of one label the last one counts: %s', (_name, effects, expected) => {
  const settled = settleEffects('d', [{ plugin: 'a', effects }]);

  expect(settled.map(({ effect }) => effect)).toEqual(expected);
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
