/** `npm test`: sets up what is missing, tests' tools included, then runs jest. Arguments go to jest. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setup } from './setup/index.mjs';
import { runScript } from './setup/say.mjs';

await runScript(async () => {
  const { temporal, testServer } = await setup({ tests: true });
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', jest, ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        TEMPORAL_CLI_PATH: temporal,
        TEMPORAL_TEST_SERVER_PATH: testServer,
        BOWSPRIT_TEST_BUNDLE: join(root, 'dist', 'workflow-bundle.js'),
      },
    },
  );
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
});
