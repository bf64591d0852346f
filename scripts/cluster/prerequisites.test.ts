/** What a machine without the prerequisites of a test cluster is told. */
import { expect, test } from '@jest/globals';
import { cacheFolder, clusterFolder } from './cluster-folder.ts';
import { unfitness } from './prerequisites.ts';

test.each([
  { platform: 'linux', root: true, apiOnly: false, expected: undefined },
  { platform: 'linux', root: false, apiOnly: true, expected: undefined },
  { platform: 'linux', root: false, apiOnly: false, expected: /needs root.*KUBECONFIG/ },
  { platform: 'darwin', root: true, apiOnly: true, expected: /needs Linux; this is darwin.*KUBECONFIG/ },
] as const)('on $platform, root $root, API only $apiOnly: $expected', ({ platform, root, apiOnly, expected }) => {
  const reason = unfitness(apiOnly, { platform, root });

  if (expected) expect(reason).toMatch(expected);
  else expect(reason).toBeUndefined();
});

test.each([
  [{ CLUSTER_CACHE: '/a' }, '/a'],
  [{ XDG_CACHE_HOME: '/b' }, '/b/k8s-cluster'],
  [{}, /\/\.cache\/k8s-cluster$/],
])('built programs of %j are in %s', (env, expected) => {
  expect(cacheFolder(env)).toMatch(expected);
});

test('the folder is the one that is named, then that of the environment', () => {
  expect(clusterFolder('/a', { CLUSTER_DIR: '/b' })).toBe('/a');
  expect(clusterFolder(undefined, { CLUSTER_DIR: '/b' })).toBe('/b');
});
