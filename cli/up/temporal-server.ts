/**
 * The embedded Temporal server: the CLI's dev server on a SQLite file in the data directory.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, isAlive } from '../../clients/process/process-identity.ts';
import type { Settings } from '../../config/settings.ts';
import { isIdentity } from './lock.ts';
import { StartError } from './start-error.ts';

/**
 * A write-ahead log that is flushed at checkpoints: survives the death of every process, and is 1.7 times as fast as flushing
 * each transaction (npm run bench -- throughput). A power cut may take the last moments with it, never the database.
 */
const pragmas = ['journal_mode=wal', 'synchronous=normal'];

/** Of the one shard's queues. */
const readsPerSecond = 100;

/**
 * Schedules may start bursts, and Deck lists often: the defaults are meant for shared servers.
 *
 * Every step of a workflow passes through a queue of its shard, which is read 20 times a second by default. Servers have hundreds
 * of shards; this one has one, so that a step would wait for 25 ms on average: from the start of a ProwJob to its pod it was
 * 97 ms, and is 32 ms (npm run bench:kubernetes).
 */
export const dynamicConfig: readonly string[] = [
  `history.transferProcessorMaxPollRPS=${readsPerSecond}`,
  `history.timerProcessorMaxPollRPS=${readsPerSecond}`,
  `history.visibilityProcessorMaxPollRPS=${readsPerSecond}`,
  'worker.schedulerNamespaceStartWorkflowRPS=200',
  'frontend.namespaceRPS.visibility=200',
  'frontend.namespaceRPS=10000',
];

export function serverArgs(settings: Settings): string[] {
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${settings.temporalPort}`,
    `--ui-port=${settings.temporalUiPort}`,
    `--db-filename=${join(settings.dataDir, 'temporal.db')}`,
    `--namespace=${settings.namespace}`,
    '--log-level=warn',
    ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
  ];
}

/**
 * The server collects garbage when its heap has grown by half instead of having doubled: 60 MB less of an idle system. Whoever
 * sets GOGC knows better.
 */
export function serverEnvironment({ GOGC = '50' }: NodeJS.ProcessEnv): Record<string, string> {
  return { GOGC };
}

const pollMs = 50;

/** Resolves when the server takes connections; rejects with StartError after the deadline. */
export async function whenServing(port: number, deadlineMs: number, logFile: string): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await accepts(port))) {
    if (Date.now() > deadline) {
      throw new StartError(
        `The Temporal server did not come up within ${deadlineMs / 1000} s. Its log, ${logFile}, ends with:\n${lastLines(logFile)}`,
      );
    }
    await delay(pollMs);
  }
}

const shownLines = 10;

/** The end of a log, for a message. */
export function lastLines(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-shownLines).join('\n');
  } catch {
    return '(there is none)';
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

const pidFile = (dataDir: string) => join(dataDir, 'temporal.pid');

/** Remembers the server's process, in case this one is killed and cannot stop it. */
export function rememberServer(dataDir: string, pid: number): void {
  try {
    writeFileSync(pidFile(dataDir), JSON.stringify(identityOf(pid) ?? {}));
  } catch {
    // A full disk: only a server that is left behind would be missed, and the next start then names its port.
  }
}

/** Ends a server that an earlier system left behind when it was killed. Call it with the data directory locked. */
export async function endLeftServer(dataDir: string): Promise<void> {
  let left: unknown;
  try {
    left = JSON.parse(readFileSync(pidFile(dataDir), 'utf8'));
  } catch {
    return;
  }
  if (!isIdentity(left) || !isAlive(left)) return;
  process.kill(left.pid, 'SIGTERM');
  for (let waited = 0; waited < 10_000 && isAlive(left); waited += pollMs) await delay(pollMs);
  if (isAlive(left)) process.kill(left.pid, 'SIGKILL');
  while (isAlive(left)) await delay(pollMs);
}

export function forgetServer(dataDir: string): void {
  rmSync(pidFile(dataDir), { force: true });
}
