import { expect, test } from '@jest/globals';
import { prowJobStates, type ProwJobState } from '../prowjob.ts';
import { allowed, isFinal } from './state-machine.ts';

/** Rows: from; columns in the order of `prowJobStates`. */
const table: [ProwJobState | undefined, string][] = [
  //             scheduling triggered pending success failure aborted error
  [undefined, 'yes yes no no no no no'],
  ['scheduling', 'no yes no no no yes no'],
  ['triggered', 'no no yes no no yes yes'],
  ['pending', 'no no yes yes yes yes yes'],
  ['aborted', 'no no no no no yes yes'],
  ['success', 'no no no no no no no'],
  ['failure', 'no no no no no no no'],
  ['error', 'no no no no no no no'],
];

test.each(table)('from %s', (from, expected) => {
  expect(prowJobStates.map((to) => (allowed(from, to) ? 'yes' : 'no')).join(' ')).toBe(expected);
});

test('final states', () => {
  expect(prowJobStates.filter(isFinal)).toEqual(['success', 'failure', 'aborted', 'error']);
});
