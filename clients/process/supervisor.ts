/**
 * The supervisor of one run: a small program in a session of its own, started by the executor as
 * `node supervisor.js <run folder> <lease file>`, which outlives the worker (architecture.md 3.5; spec jobs.md 5.10).
 *
 * Clones, runs the command with its output straight into the log file, keeps time, and writes how it ended. It starts the
 * command once and never again.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { cloneAll, clonePath } from './clone.ts';
import { processStartTime, signal } from './process-identity.ts';
import { readJson, readText, runPaths, writeJson, type ExitReason, type PidFile, type RunFile } from './run-files.ts';

const leaseEveryMs = 5_000;
/** After the kill the group gets this long to vanish before the run is called ended. */
const reapMs = 2_000;
const codeTimeout = 127;
const codeInterrupted = 130;

export async function supervise(dir: string, lease: string): Promise<void> {
  const paths = runPaths(dir);
  const run = await readJson<RunFile>(paths.run);
  if (!run) throw new Error(`No run file in ${dir}.`);
  const self: PidFile = { pid: process.pid, startTime: (await processStartTime(process.pid)) ?? '' };
  await writeJson(paths.pid, self);

  const stop = createStop();
  process.on('SIGTERM', () => void readText(paths.abort).then((why) => stop.now(isExitReason(why) ? why : 'aborted')));
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  const leaseTimer = setInterval(() => void checkLease(lease, run.workerLostMs, stop), leaseEveryMs);
  const runningTimer = setTimeout(() => stop.now('running-timeout'), Math.min(run.runningTimeoutMs, 2 ** 31 - 1));
  const early = await readText(paths.abort);
  if (early !== undefined) stop.now(isExitReason(early) ? early : 'aborted');

  const log = openSync(paths.log, 'a');
  const say = (line: string) => writeSync(log, `${line}\n`);
  const exit = (reason: ExitReason, exitCode: number) =>
    writeJson(paths.exit, { reason, exitCode, finishedAt: Date.now() });
  try {
    for (const folder of [paths.artifacts, paths.gopath, paths.home, paths.work, paths.tmp]) {
      await mkdir(folder, { recursive: true });
    }
    if (run.refs.length > 0 && !stop.reason()) {
      const records = await cloneAll(run.refs, {
        gopath: paths.gopath,
        logPath: paths.cloneLog,
        recordsPath: paths.cloneRecords,
        fetchRetries: run.fetchRetries,
        signal: stop.signal,
      });
      if (records.some(({ failed }) => failed) && !stop.reason()) {
        writeSync(log, await readFile(paths.cloneLog));
        return await exit('clone-failed', 1);
      }
    }
    const ended = stop.reason();
    if (ended) return await exit(ended, codeInterrupted);
    return await runCommand();
  } finally {
    clearInterval(leaseTimer);
    clearTimeout(runningTimer);
  }

  async function runCommand(): Promise<void> {
    if (!run) return;
    const cwd = run.workingDir ?? workFolder(run, paths.gopath) ?? paths.work;
    const [command = '', ...args] = run.argv;
    const child = spawn(command, args, { cwd, env: run.env, stdio: ['ignore', log, log], detached: true });
    const gone = whenGone(child);
    if (child.pid === undefined) {
      const { error } = await gone;
      say(`Cannot start ${JSON.stringify(command)}: ${reasonText(error)}`);
      return await exit('cannot-start', codeTimeout);
    }
    const startTime = (await processStartTime(child.pid)) ?? '';
    await writeJson(paths.pid, { ...self, command: { pid: child.pid, startTime } });
    const timeout = setTimeout(() => stop.now('timeout'), Math.min(run.timeoutMs, 2 ** 31 - 1));

    const first = await Promise.race([gone, stop.whenStopped]);
    clearTimeout(timeout);
    if (typeof first === 'string') {
      say(`\n${stopText(first, run)}`);
      await endGroup(child.pid, gone, run.graceMs, first);
      return await exit(first, first === 'timeout' ? codeTimeout : codeInterrupted);
    }
    // What the command left in the background ends with it, as a container's processes do.
    signal(-child.pid, 'SIGKILL');
    return await exit('exited', first.code);
  }
}

interface Gone {
  code: number;
  error?: Error;
}

function whenGone(child: ChildProcess): Promise<Gone> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: codeTimeout, error }));
    // Killed by a signal: the shell's convention.
    child.once('exit', (code) => resolve({ code: code ?? codeInterrupted }));
  });
}

/** SIGINT, for an interruption from outside SIGTERM as well, then after the grace period SIGKILL for all that is left. */
async function endGroup(pid: number, gone: Promise<Gone>, graceMs: number, reason: ExitReason): Promise<void> {
  signal(-pid, 'SIGINT');
  if (reason !== 'timeout') signal(-pid, 'SIGTERM');
  await Promise.race([gone, delay(graceMs, undefined, { ref: false })]);
  signal(-pid, 'SIGKILL');
  await Promise.race([gone, delay(reapMs)]);
}

/** The first reason to stop counts. */
function createStop() {
  let reason: ExitReason | undefined;
  const controller = new AbortController();
  let resolve: (reason: ExitReason) => void = () => undefined;
  const whenStopped = new Promise<ExitReason>((done) => (resolve = done));
  return {
    signal: controller.signal,
    whenStopped,
    reason: () => reason,
    now(why: ExitReason) {
      if (reason) return;
      reason = why;
      controller.abort();
      resolve(why);
    },
  };
}

async function checkLease(lease: string, workerLostMs: number, stop: ReturnType<typeof createStop>): Promise<void> {
  const touched = await stat(lease).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (Date.now() - touched > workerLostMs) stop.now('worker-lost');
}

/** The clone of the first ref that says so, else of the first (spec 5.9). */
function workFolder(run: RunFile, gopath: string): string | undefined {
  const ref = run.refs.find(({ workdir }) => workdir) ?? run.refs[0];
  return ref && clonePath(gopath, ref);
}

const exitReasons = new Set(['aborted', 'shutdown']);

function isExitReason(text: string | undefined): text is ExitReason {
  return text !== undefined && exitReasons.has(text);
}

function stopText(reason: ExitReason, run: RunFile): string {
  switch (reason) {
    case 'timeout':
      return `Process did not finish before ${run.timeoutMs / 1000}s timeout`;
    case 'running-timeout':
      return `The run did not end within ${run.runningTimeoutMs / 1000}s`;
    case 'worker-lost':
      return `No worker came back within ${run.workerLostMs / 1000}s; ending the run`;
    default:
      return 'Interrupted; ending the run';
  }
}

function reasonText(error: Error | undefined): string {
  if (!error) return 'unknown reason';
  if ('code' in error && error.code === 'ENOENT') return 'no such command on this machine';
  if ('code' in error && error.code === 'EACCES') return 'it is not executable';
  return error.message;
}

const [, program, dir, lease] = process.argv;
if (program && dir && lease && import.meta.url === pathToFileURL(program).href) await supervise(dir, lease);
