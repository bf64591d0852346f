/**
 * Starts the supervisor of a run so that it outlives this process: a session of its own, no pipes.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RunFiles } from './run-files.ts';

export interface SpawnOptions {
  /** Program and arguments; the run's folder is added. */
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/**
 * Resolves when the process exists. `ended` is called once it has ended, while this process lives; also if it could not be
 * started, with what it or the system said.
 */
export function spawnSupervisor(
  files: RunFiles,
  { command: [program = '', ...args], environment }: SpawnOptions,
  ended: (words: string) => void,
): Promise<void> {
  const output = openSync(files.supervisorLog, 'a', 0o600);
  return new Promise((resolve) => {
    const child = spawn(program, [...args, files.folder], {
      cwd: files.folder,
      env: environment,
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.unref();
    child.once('spawn', resolve);
    child.once('error', (error) => {
      ended(error.message);
      resolve();
    });
    child.once('exit', () => {
      void lastWords(files).then(ended);
    });
  });
}

async function lastWords({ supervisorLog }: RunFiles): Promise<string> {
  const text = await readFile(supervisorLog, 'utf8').catch(() => '');
  return text.trim().slice(-500);
}
