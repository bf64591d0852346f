/**
 * The folder of one run: which files are in it, who may make them, and how they are made so that a crash at any moment leaves
 * either nothing or the whole file.
 *
 * Each step of a run's life is a file that exactly one process manages to create, so two workers, or a worker and a late
 * supervisor, cannot both take it:
 *
 *     spec.json -> begun.json -> supervisor.json -> exit.json -> outcome.json
 *     prepared     the starter   who runs it        how it       published;
 *                                                   ended        the rest is gone
 *
 * `begun.json` is on disk before anything is started, and whoever does not create it never starts anything. Used by worker and
 * supervisor, hence only Node's own modules and synchronous calls of a few microseconds.
 */
import {
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../error-code.ts';
import type { GcsConfiguration, Refs } from '../../domain/job-config.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import type { ProcessIdentity } from './process-identity.ts';

export interface RunFiles {
  folder: string;
  spec: string;
  begun: string;
  supervisor: string;
  /** The group of the command, for whoever has to clear up after a lost supervisor. */
  command: string;
  /** The wish that the run ends, with its reason. */
  ending: string;
  exit: string;
  outcome: string;
  log: string;
  supervisorLog: string;
  cloneRecords: string;
  cloneLog: string;
  artifacts: string;
  gopath: string;
  work: string;
  temporary: string;
}

export function runFiles(folder: string): RunFiles {
  return {
    folder,
    spec: join(folder, 'spec.json'),
    begun: join(folder, 'begun.json'),
    supervisor: join(folder, 'supervisor.json'),
    command: join(folder, 'command.json'),
    ending: join(folder, 'ending.json'),
    exit: join(folder, 'exit.json'),
    outcome: join(folder, 'outcome.json'),
    log: join(folder, 'build-log.txt'),
    supervisorLog: join(folder, 'supervisor-log.txt'),
    cloneRecords: join(folder, 'clone-records.json'),
    cloneLog: join(folder, 'clone-log.txt'),
    artifacts: join(folder, 'artifacts'),
    gopath: join(folder, 'gopath'),
    work: join(folder, 'work'),
    temporary: join(folder, 'tmp'),
  };
}

export interface CloneSpec {
  refs: Refs[];
  /** Waits before each repetition of a failed fetch. */
  retriesMs: number[];
  /** Cloning that takes longer is given up. */
  timeoutMs: number;
}

/** All that the supervisor needs, and all that is needed to publish a run that nobody asks for any more. Holds secrets. */
export interface RunSpec {
  prowJob: ProwJob;
  storage: GcsConfiguration;
  buildId: string;
  /** Executable and arguments. */
  command: string[];
  environment: Record<string, string>;
  cloneEnvironment: Record<string, string>;
  workingDirectory: string;
  clone?: CloneSpec;
  /** Absent for undecorated jobs, which only the running timeout ends. */
  timeoutMs?: number;
  graceMs: number;
  runningTimeoutMs: number;
  /** The supervisor ends the run when this file was not touched for so long. */
  lease: { file: string; graceMs: number };
  /** A file to be touched when there is news for the worker. */
  bell: string;
}

/** Why somebody wants the run to end. */
export type EndingReason = 'aborted' | 'shutdown';

export type ExitReason =
  | 'exited'
  | 'not-started'
  | 'timeout'
  | 'running-timeout'
  | 'clone-failed'
  | 'clone-timeout'
  | 'worker-lost'
  | 'lost'
  | EndingReason;

/** How the run ended. Times are milliseconds since the epoch. */
export interface RunExit {
  reason: ExitReason;
  /** As Prow's marker file has it: 127 on timeout and when nothing could be started, 130 when interrupted. */
  exitCode: number;
  finishedAt: number;
  /** For people. */
  message?: string;
}

/** `begun.json`: who started the run; without starter: nobody did, and nobody ever will. */
export interface Begun {
  starter?: ProcessIdentity;
  at: number;
}

/** `supervisor.json`: who runs it; without identity: nobody does, and nobody ever will. */
export interface Supervisor {
  identity?: ProcessIdentity;
  at: number;
}

/** `command.json`: the leader of the command's group. */
export interface Command extends ProcessIdentity {
  /** Name of the ProwJob, by which its processes are known. */
  prowJob: string;
}

/** Room that is kept for the exit record, so that a full disk cannot swallow how a run ended. */
const exitBytes = 4096;

/** Undefined where the file is not there. The type is what the writer of that file wrote: another version of this program at most. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says what the file holds
export function readJson<T>(path: string): T | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written whole by us, readable by nobody else
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Replaces the file; only the owner may read it. It need not survive a power cut: without it the run is merely lost. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
  renameSync(temporary, path);
}

/** Creates the file whole and safely on disk, or answers false because it is there already. */
export function createJson(path: string, value: unknown): boolean {
  const temporary = `${path}.${process.pid}.tmp`;
  writeDurably(temporary, JSON.stringify(value));
  try {
    return linkTo(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Takes the room that `createExit` falls back to. */
export function reserveExit(files: RunFiles): void {
  writeFileSync(reserved(files), ' '.repeat(exitBytes), { mode: 0o600 });
}

/** Answers false if it is known already how the run ended. */
export function createExit(files: RunFiles, exit: RunExit): boolean {
  const short = { ...exit, ...(exit.message !== undefined && { message: exit.message.slice(0, 1000) }) };
  try {
    return createJson(files.exit, short);
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC' && errorCode(error) !== 'EDQUOT') throw error;
  }
  const file = openSync(reserved(files), 'r+');
  try {
    writeSync(file, JSON.stringify(short).padEnd(exitBytes));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return linkTo(reserved(files), files.exit);
}

function reserved(files: RunFiles): string {
  return join(files.folder, 'exit.reserved');
}

function linkTo(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  syncFolder(path);
  return true;
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a new name in the folder of `path` survive a power cut. */
export function syncFolder(path: string): void {
  const folder = openSync(dirname(path), constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
