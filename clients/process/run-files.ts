/**
 * Files of one run in the data directory, shared by executor, supervisor and log reader: `<data>/runs/<name>.<build id>/`.
 *
 * Whatever decides something is created exclusively or renamed into place, so that a crash at any point leaves a state that
 * can be read: no `started` = never started; `started` without `exit.json` and without a live supervisor = lost.
 */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refs } from '../../domain/job-config.ts';

/** What the supervisor is to do; readable by its user only, since it holds the job's environment. */
export interface RunFile {
  job: string;
  /** Command and arguments; the first is looked up in the job's PATH. */
  argv: string[];
  env: Record<string, string>;
  /** Cloned before the command runs, in parallel. Empty = nothing to clone. */
  refs: Refs[];
  /** Absolute; undefined = the clone of `refs[workdirOf]`, or an empty folder without refs. */
  workingDir?: string;
  timeoutMs: number;
  graceMs: number;
  /** Whole run, clone included (plank's running timeout). */
  runningTimeoutMs: number;
  /** Without a worker for this long the run is ended. */
  workerLostMs: number;
  /** Fetches that fail are repeated so often. */
  fetchRetries: number;
}

/** Who runs: verified by start time, because process ids are used again. */
export interface PidFile {
  pid: number;
  startTime: string;
  /** The command's process group, once it runs. */
  command?: { pid: number; startTime: string };
}

export type ExitReason =
  | 'exited'
  | 'timeout'
  | 'running-timeout'
  | 'aborted'
  | 'shutdown'
  | 'worker-lost'
  | 'lost'
  | 'clone-failed'
  | 'cannot-start';

export interface ExitFile {
  reason: ExitReason;
  /** As the pod utilities have it: 127 timeout or not startable, 130 interrupted. */
  exitCode: number;
  /** Milliseconds since the epoch. */
  finishedAt: number;
}

export interface RunPaths {
  dir: string;
  run: string;
  started: string;
  pid: string;
  exit: string;
  /** Asks the supervisor to end the run; holds the reason. */
  abort: string;
  log: string;
  cloneLog: string;
  cloneRecords: string;
  artifacts: string;
  gopath: string;
  home: string;
  work: string;
  tmp: string;
}

export function runsFolder(dataDir: string): string {
  return join(dataDir, 'runs');
}

/** Touched by the worker every few seconds while it lives. */
export function leasePath(dataDir: string): string {
  return join(runsFolder(dataDir), 'lease');
}

export function runPaths(dir: string): RunPaths {
  return {
    dir,
    run: join(dir, 'run.json'),
    started: join(dir, 'started'),
    pid: join(dir, 'pid.json'),
    exit: join(dir, 'exit.json'),
    abort: join(dir, 'abort'),
    log: join(dir, 'build-log.txt'),
    cloneLog: join(dir, 'clone-log.txt'),
    cloneRecords: join(dir, 'clone-records.json'),
    artifacts: join(dir, 'artifacts'),
    gopath: join(dir, 'gopath'),
    home: join(dir, 'home'),
    work: join(dir, 'work'),
    tmp: join(dir, 'tmp'),
  };
}

/** Name and build id come from ProwJobs and are digits, letters and dashes; anything else must not choose a path. */
export function pathsOfRun(dataDir: string, name: string, buildId: string): RunPaths {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(name) || !/^\d{1,20}$/.test(buildId)) {
    throw new Error(`${JSON.stringify(`${name}.${buildId}`)} does not name a run.`);
  }
  return runPaths(join(runsFolder(dataDir), `${name}.${buildId}`));
}

/** Written whole or not at all, flushed to disk. */
export async function writeJson(path: string, content: unknown, mode = 0o644): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(JSON.stringify(content));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Creates the file if nobody has; true for the one who did. */
export async function createExclusively(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

export async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
