/**
 * `npm run test:cluster`: the tests of test/cluster on the cluster of KUBECONFIG, else on one that is started for them and ended
 * afterwards. Arguments go to jest.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runJest } from './setup/jest.mjs';
import { root, setup } from './setup/index.mjs';
import { runScript, say, SetupError } from './setup/say.mjs';

const args = ['--config', join(root, 'jest.cluster.config.mjs'), ...process.argv.slice(2)];

await runScript(async () => {
  const tools = await setup({ tests: true });
  if (process.env.KUBECONFIG) {
    process.exitCode = await runJest(tools, args);
    return;
  }
  const { clusterUp, clusterDown } = await import(pathToFileURL(join(root, 'dist/scripts/cluster/up.js')).href);
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-cluster-'));
  try {
    const kubeconfig = await start(() => clusterUp(folder, { apiOnly: false, say }));
    process.exitCode = await runJest(tools, args, { KUBECONFIG: kubeconfig, BOWSPRIT_TEST_CLUSTER: folder });
  } finally {
    await clusterDown(folder);
  }
});

/** What the cluster lacks is told like everything else the set-up misses. @param {() => Promise<string>} up */
async function start(up) {
  try {
    return await up();
  } catch (error) {
    if (error instanceof Error && error.constructor.name === 'ClusterError') throw new SetupError(error.message);
    throw error;
  }
}
