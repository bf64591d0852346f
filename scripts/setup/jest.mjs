/** Runs jest in a process of its own, with what the tests need in its environment. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './index.mjs';

/**
 * Exit code of jest. Ctrl-C and SIGTERM reach jest, and this process waits for it.
 * @param {{ temporal: string, testServer?: string, objectStores?: string }} tools @param {string[]} args @param {NodeJS.ProcessEnv} [env] on top
 */
export async function runJest({ temporal, testServer, objectStores }, args, env = {}) {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      TEMPORAL_CLI_PATH: temporal,
      TEMPORAL_TEST_SERVER_PATH: testServer,
      BOWSPRIT_TEST_OBJECT_STORES: objectStores,
      BOWSPRIT_TEST_BUNDLE: join(root, 'dist', 'workflow-bundle.js'),
      ...env,
    },
  });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
