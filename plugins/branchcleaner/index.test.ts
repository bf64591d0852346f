import { expect, test } from '@jest/globals';
import type { PluginConfig } from '../../domain/plugin-config.ts';
import type { ItemContext } from '../api.ts';
import { branchcleaner } from './index.ts';

async function merged(branch: string, change: { headOrg?: string; merged?: boolean; preserved?: string[] } = {}) {
  const { headOrg = 'o', merged: isMerged = true, preserved = [] } = change;
  const head = { ref: branch, sha: 'c', repo: { org: headOrg, repo: 'r' } };
  const context = {
    org: 'o',
    repo: 'r',
    config: { branch_cleaner: { preserved_branches: { 'o/r': preserved } } } as unknown as PluginConfig,
    item: { pull: { merged: isMerged, head } },
  } as unknown as ItemContext;
  return await branchcleaner.onPull?.({ kind: 'pull', sender: 'x', action: 'closed' }, context);
}

test('the branch of a merged pull goes', async () => {
  expect(await merged('topic')).toEqual([{ kind: 'deleteBranch', branch: 'topic' }]);
});

test('118: an expression keeps what it matches anywhere', async () => {
  expect(await merged('fix-release-notes', { preserved: ['release'] })).toEqual([]);
});

test.each([
  ['of a fork', { headOrg: 'someone' }],
  ['of a pull that was only closed', { merged: false }],
  ['that is named', { preserved: ['topic'] }],
])('a branch %s stays', async (_name, change) => {
  expect(await merged('topic', change)).toEqual([]);
});

test('a name that is no expression is a name', async () => {
  expect(await merged('topic', { preserved: ['(('] })).toHaveLength(1);
});
