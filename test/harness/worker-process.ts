/** A worker as production runs it, in a process of its own that a test may kill. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveSettings, settingsToEnv, type GivenSettings } from '../../config/settings.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface WorkerProcess {
  readonly pid: number;
  /** Resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** What it has logged. */
  log(): string;
}

/** Resolves when it polls. Rejects with its log where it ends before. `settings.dataDir` takes the log. */
export async function startWorker(roles: readonly string[], settings: GivenSettings): Promise<WorkerProcess> {
  return await startRole('worker', roles, settings);
}

/** The same for any program of `workers/`. */
export async function startRole(
  program: string,
  args: readonly string[],
  settings: GivenSettings,
): Promise<WorkerProcess> {
  const resolved = resolveSettings(settings, { env: {}, cwd: root, exampleDir: join(root, 'config/example') });
  const logFile = join(resolved.dataDir, `${[program, ...args].join('-')}-${Date.now()}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [join(root, `dist/workers/${program}.js`), ...args], {
    env: { PATH: process.env['PATH'], HOME: resolved.dataDir, ...settingsToEnv(resolved) },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const readLog = () => readFileSync(logFile, 'utf8');
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      if ((message as { type?: string }).type === 'ready') resolve();
    });
    child.once('exit', (code) => reject(new Error(`The ${program} ended (${code}):\n${readLog()}`)));
  });
  return {
    pid: child.pid ?? 0,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
    log: readLog,
  };
}
