/**
 * A real Temporal server in memory for tests of what the time-skipping one lacks: visibility, schedules, search attributes.
 * One per test file, on a free port.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';

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

export async function startDevServer(): Promise<TestWorkflowEnvironment> {
  return await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalCliPath() },
      log: { level: 'error', format: 'pretty' },
    },
  });
}
