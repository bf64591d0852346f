import { expect, test } from '@jest/globals';
import { classifyCreateError, unknownCluster } from './classify-create-error.ts';

const place = { namespace: 'pods', name: 'a', cluster: 'default' };

test.each([
  // Spec line 48, and the table of spec 5.1.
  [403, 'final'],
  [409, 'final'],
  [422, 'final'],
  [400, 'final'],
  [404, 'final'],
  [499, 'final'],
  [500, 'retry'],
  [503, 'retry'],
  // A declared difference (architecture.md 3.5).
  [429, 'retry'],
  // No answer at all.
  [undefined, 'retry'],
])('an answer of %s: %s', (status, kind) => {
  expect(classifyCreateError({ status, message: 'no' }, place).kind).toBe(kind);
});

test('the description says what was tried, where, and what came back', () => {
  expect(classifyCreateError({ status: 403, message: 'pods "a" is forbidden' }, place)).toEqual({
    kind: 'final',
    description: 'Pod can not be created: create pod pods/a in cluster default: pods "a" is forbidden',
  });
});

test('an unknown cluster (spec line 55)', () => {
  expect(unknownCluster('nope', 'start')).toBe(
    'Terminal error: nonretryable error: no build client found for cluster "nope".',
  );
  expect(unknownCluster('nope', 'delete')).toBe(
    'Terminal error: nonretryable error: no build client available for cluster nope.',
  );
});
