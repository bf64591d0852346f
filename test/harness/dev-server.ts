/**
 * A real Temporal server in memory for tests of what the time-skipping one lacks: visibility, schedules, search attributes.
 * One per test file, on a free port.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { dynamicConfig } from '../../cli/up/temporal-server.ts';

const projectTools = fileURLToPath(new URL('../../.tools/bin', import.meta.url));

/** The Temporal CLI: from the environment, the project's tools, or `PATH`. */
export function temporalCliPath(): string {
  const named = process.env['TEMPORAL_CLI_PATH'];
  if (named) return named;
  const folders = [projectTools, ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders.map((folder) => join(folder, 'temporal')).find((path) => existsSync(path));
  if (found) return found;
  throw new Error('The Temporal CLI was not found: run "npm test", which installs it, or set TEMPORAL_CLI_PATH.');
}

/**
 * As embedded, where queues are read often. Of a deleted workflow the server waits until the queue has noted that its end is done,
 * half a minute by default.
 */
const serverConfig = [
  ...dynamicConfig,
  'history.transferProcessorUpdateAckInterval="1s"',
  'history.visibilityProcessorUpdateAckInterval="1s"',
];

export async function startDevServer(): Promise<TestWorkflowEnvironment> {
  return await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalCliPath() },
      log: { level: 'error', format: 'pretty' },
      extraArgs: serverConfig.flatMap((value) => ['--dynamic-config-value', value]),
    },
  });
}
