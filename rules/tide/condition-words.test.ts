import { expect, test } from '@jest/globals';
import { conditionWords } from './condition-words.ts';
import type { Condition } from './merge-readiness.ts';

test.each<[kind: Condition['kind'], name: string, met: string, unmet: string, unknown: string]>([
  [
    'branch',
    'main',
    'the base branch is main',
    'the base branch is main, which the query does not take',
    'the base branch is not known yet',
  ],
  ['author', 'bob', 'the author is bob', 'the author is not bob', 'the author is not bob'],
  ['milestone', 'v1', 'milestone v1', 'milestone v1 is missing', 'milestone v1 is needed; the code host knows'],
  ['label', 'lgtm', 'lgtm', 'lgtm is missing', 'lgtm is needed; labels are not known yet'],
  ['label', 'a,b', 'a or b', 'a or b is missing', 'a or b is needed; labels are not known yet'],
  ['noLabel', 'hold', 'hold is not on it', 'hold is on it', 'hold must not be on it; labels are not known yet'],
  [
    'review',
    '',
    'enough approving reviews',
    'approving reviews are missing',
    'approving reviews are needed; the code host knows',
  ],
])('%s %s', (kind, name, met, unmet, unknown) => {
  expect(conditionWords({ kind, name, verdict: 'met' })).toBe(met);
  expect(conditionWords({ kind, name, verdict: 'unmet' })).toBe(unmet);
  expect(conditionWords({ kind, name, verdict: 'unknown' })).toBe(unknown);
});

test.each<[state: Condition['state'], words: string]>([
  ['success', 'unit has succeeded'],
  ['pending', 'unit is under way'],
  ['failure', 'unit has failed'],
  ['error', 'unit has ended with an error'],
  [undefined, 'unit has not run'],
])('a context that is %s', (state, words) => {
  const verdict = state === 'success' ? 'met' : 'unmet';

  expect(conditionWords({ kind: 'context', name: 'unit', verdict, ...(state && { state }) })).toBe(words);
});

test('a context of others', () => {
  expect(conditionWords({ kind: 'context', name: 'cla', verdict: 'unknown' })).toBe(
    'cla must succeed; it is none of our jobs, the code host knows',
  );
});
