/** A process of a benchmark: started with its output in a file, ended by its pid. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { lastLines } from '../../cli/up/temporal-server.ts';
import type { Scope } from './scope.ts';

export interface ChildOptions {
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  logFile: string;
}

export interface BenchChild {
  pid: number;
  process: ChildProcess;
  logFile: string;
  /** Resolves when the process says `{ type: 'ready' }`; rejects with the end of its log when it ends before. */
  whenReady(): Promise<void>;
  /** Asks it to end and kills it after the grace time; resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const graceMs = 20_000;

export function startChild(scope: Scope, options: ChildOptions): BenchChild {
  const log = openSync(options.logFile, 'a');
  // Settings of the person's own installation must not reach what is measured.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BOWSPRIT_'));
  const child = spawn(options.command, options.args, {
    ...(options.cwd && { cwd: options.cwd }),
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  let failure: Error | undefined;
  let isReady = false;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
  });
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'type' in message && message.type === 'ready') {
        isReady = true;
        resolve();
      }
    });
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) child.kill(signal);
    const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(killer);
  };
  scope.defer(() => stop());
  return {
    pid: child.pid ?? 0,
    process: child,
    logFile: options.logFile,
    async whenReady() {
      await Promise.race([ready, gone]);
      if (isReady) return;
      throw new Error(
        `${options.args.join(' ')} ended (${failure?.message ?? child.exitCode ?? child.signalCode}); its log ends with:\n${lastLines(options.logFile)}`,
      );
    },
    stop,
  };
}
