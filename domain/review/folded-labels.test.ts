import { expect, test } from '@jest/globals';
import { foldedLabels, stillRecent, withLabel } from './folded-labels.ts';

test.each<[string, string[], { label: string; on: boolean }[], string[]]>([
  ['nothing was done', ['a'], [], ['a']],
  ['a label was put on that the host does not tell yet', ['a'], [{ label: 'lgtm', on: true }], ['a', 'lgtm']],
  ['the host tells it already', ['a', 'LGTM'], [{ label: 'lgtm', on: true }], ['a', 'LGTM']],
  ['one was taken off that the host still tells', ['a', 'Hold'], [{ label: 'hold', on: false }], ['a']],
  ['it is gone at the host as well', ['a'], [{ label: 'hold', on: false }], ['a']],
])('labels, when %s', (_name, labels, recent, expected) => {
  expect(foldedLabels(labels, recent)).toEqual(expected);
});

test('of one label only the latest change counts', () => {
  const first = withLabel([{ label: 'a', on: true, at: 1 }], { label: 'Hold', on: true, at: 2 });

  expect(withLabel(first, { label: 'hold', on: false, at: 3 })).toEqual([
    { label: 'a', on: true, at: 1 },
    { label: 'hold', on: false, at: 3 },
  ]);
});

test("after half a minute the host's word counts", () => {
  const recent = [
    { label: 'a', on: true, at: 1_000 },
    { label: 'b', on: true, at: 1_001 },
  ];

  expect(stillRecent(recent, 31_000)).toEqual([{ label: 'b', on: true, at: 1_001 }]);
});
