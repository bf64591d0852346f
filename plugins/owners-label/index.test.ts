import { expect, test } from '@jest/globals';
import { runPlugin, type GivenCase } from '../../test/harness/plugin-case.ts';

const state = {
  baseFiles: { OWNERS: 'labels: [root]', 'a/OWNERS': 'labels: [area/a, unknown]' },
  repoLabels: ['root', 'area/a'],
};
const changing = (path: string, action: string): GivenCase => ({
  item: { files: [{ path, status: 'modified', additions: 1, deletions: 0 }] },
  event: { type: 'pull_request', action },
});

test('labels of all OWNERS files above a change are added, if the repository has them', async () => {
  expect(await runPlugin('owners-label', { ...changing('a/x', 'opened'), state })).toEqual({
    labelsAdded: ['area/a', 'root'],
  });
});

test('only what is missing is added, and nothing is taken away', async () => {
  const labels = ['root', 'area/a'];

  expect(await runPlugin('owners-label', { ...changing('x', 'synchronize'), state: { ...state, labels } })).toEqual({});
});

test('other events change nothing', async () => {
  expect(await runPlugin('owners-label', { ...changing('a/x', 'edited'), state })).toEqual({});
});
