/**
 * One process of the embedded system: started, watched, started again with growing pauses when it dies, stopped in order.
 *
 * Its output goes to a log file; what a person must see it sends as an IPC message.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';

export interface ChildOptions {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  logFile: string;
  /** Speaks the IPC contract of `workers/`: `ready` and `fatal` out, `stop` in. */
  ipc: boolean;
  /** Called whenever the process has died and is started again. */
  onRestart: (reason: string) => void;
  /** It gave up: not to be started again. */
  onFatal: (message: string) => void;
  onSpawn?: (pid: number) => void;
  /** At each `ready`, also after it was started again (ipc only). */
  onReady?: () => void;
}

export interface Child {
  start(): void;
  /** Resolves at the first `ready` (ipc only). */
  whenReady: Promise<void>;
  /** Tells it something (ipc only); lost where it does not run. */
  send(message: object): void;
  /** Asks it to end, kills it after the grace time; resolves when it is gone. */
  stop(message: object, graceMs: number): Promise<void>;
  kill(): void;
  pid(): number | undefined;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** Who ran this long has recovered, so the pauses start again from the shortest. */
const healthyMs = 60_000;

export function createChild(options: ChildOptions): Child {
  let current: ChildProcess | undefined;
  let stopping = false;
  let pauseMs = firstPauseMs;
  let restart: NodeJS.Timeout | undefined;
  let becomeReady: () => void = () => undefined;
  const whenReady = new Promise<void>((resolve) => (becomeReady = resolve));

  const start = () => {
    const log = openLog(options.logFile);
    const startedAt = Date.now();
    const child = spawn(options.command, options.args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', log, log, ...(options.ipc ? (['ipc'] as const) : [])],
      // Out of the terminal's group: Ctrl-C is for the parent, which then stops everything in order.
      detached: true,
    });
    if (typeof log === 'number') closeSync(log);
    current = child;
    if (child.pid) options.onSpawn?.(child.pid);
    child.on('message', (message) => {
      if (isOfType(message, 'ready')) {
        becomeReady();
        options.onReady?.();
      }
      if (isOfType(message, 'fatal')) {
        stopping = true;
        options.onFatal('message' in message ? String(message.message) : 'it gave no reason');
      }
    });
    const ended = (reason: string) => {
      if (current !== child) return;
      current = undefined;
      if (stopping) return;
      if (Date.now() - startedAt > healthyMs) pauseMs = firstPauseMs;
      options.onRestart(reason);
      restart = setTimeout(start, pauseMs);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal ? `killed by ${signal}` : `exit code ${code}`));
  };

  return {
    start,
    whenReady,
    pid: () => current?.pid,
    kill: () => void current?.kill('SIGKILL'),
    send(message) {
      if (current?.connected) current.send(message, () => undefined);
    },
    async stop(message, graceMs) {
      stopping = true;
      clearTimeout(restart);
      const child = current;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (options.ipc && child.connected) child.send(message, () => undefined);
      else child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(killer);
    },
  };
}

/** Larger ones are put aside when the process starts; one generation is kept. */
const largestLog = 20 * 1024 * 1024;

/** Without a log (the folder was removed, the disk is broken) the process still runs. */
function openLog(path: string): number | 'ignore' {
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestLog) renameSync(path, `${path}.1`);
    return openSync(path, 'a');
  } catch {
    return 'ignore';
  }
}

function isOfType(message: unknown, type: string): message is { type: string } {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === type;
}
