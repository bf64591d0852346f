/**
 * `npm run histories [-- --force]`: lives the scenarios and writes their histories to `test/replay/<type>/<version>/<branch>.json`.
 *
 * Histories that exist are kept, since they are what older versions did; `--force` replaces those of this version.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestEnvironment } from '../harness/time-skipping.ts';
import { historyToJson } from './history-json.ts';
import { liveAll } from './scenarios.ts';
import { withoutMachine } from './without-machine.ts';

/** The compiled program is in `dist/test/replay`. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const force = process.argv.includes('--force');
process.env['BOWSPRIT_TEST_BUNDLE'] ??= join(root, 'dist', 'workflow-bundle.js');
const ownServer = join(root, '.tools', 'bin', 'temporal-test-server');
if (existsSync(ownServer)) process.env['TEMPORAL_TEST_SERVER_PATH'] ??= ownServer;

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const env = await createTestEnvironment();
try {
  for (const { type, branch, workflowId, runId } of await liveAll(env)) {
    const path = join('test', 'replay', type, version, `${branch}.json`);
    if (existsSync(join(root, path)) && !force) {
      process.stdout.write(`kept ${path}\n`);
      continue;
    }
    const history = await env.client.workflow.getHandle(workflowId, runId).fetchHistory();
    // Workflows read their own id; the Temporal CLI and SDK pass over what is no part of a history.
    const clean = withoutMachine({ workflowId, ...(historyToJson(history) as object) });
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `${JSON.stringify(clean)}\n`);
    process.stdout.write(`written ${path}\n`);
  }
} finally {
  await env.teardown();
}
