/**
 * Runs the command of a job as Prow's entrypoint does (spec jobs.md 5.10): in a process group of its own, its output straight
 * into the log file, with timeout, grace period and exit codes 127 and 130. What the command leaves running ends with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { statSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../error-code.ts';
import type { Ending, Endings } from './endings.ts';
import { identityOf, isDeadGroup, processesWith, signalGroup } from './process-identity.ts';
import { type Command, type RunExit, type RunFiles, type RunSpec, writeJson } from './run-files.ts';

type Exit = Omit<RunExit, 'finishedAt'>;

const timeoutCode = 127;
const interruptedCode = 130;
/** Beyond this, Node's timers fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export async function superviseCommand(
  files: RunFiles,
  spec: RunSpec,
  directory: string,
  log: number,
  endings: Endings,
): Promise<Exit> {
  const [program = '', ...args] = spec.command;
  const { name } = spec.prowJob.metadata;
  const refusal = (reason: string): Exit => {
    const message = `Cannot start the command ${JSON.stringify(program)}: ${reason}.`;
    note(log, message);
    return { reason: 'not-started', exitCode: timeoutCode, message };
  };

  if (!isFolder(directory)) return refusal(`there is no folder ${directory} to start it in`);
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: directory,
      env: spec.environment,
      detached: true,
      stdio: ['ignore', log, log],
    });
  } catch (error) {
    return refusal(startProblem(error));
  }
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const { pid } = child;
  if (pid === undefined) {
    return refusal(startProblem(await new Promise<unknown>((resolve) => child.once('error', resolve))));
  }
  child.once('error', () => undefined);
  recordGroup(files, pid, name);

  const timer = new AbortController();
  const timeout =
    spec.timeoutMs === undefined || spec.timeoutMs > longestTimerMs
      ? new Promise<never>(() => undefined)
      : sleep(spec.timeoutMs, 'timeout' as const, { signal: timer.signal }).catch(() => 'timeout' as const);
  const first = await Promise.race([exited, timeout, endings.first]);
  timer.abort();

  if (first === 'timeout') {
    const message = `The command did not end within ${seconds(spec.timeoutMs ?? 0)}`;
    note(log, `${message} and is interrupted; it has ${seconds(spec.graceMs)} to end.`);
    await endGroup(pid, name, ['SIGINT'], exited, spec.graceMs, log);
    return { reason: 'timeout', exitCode: timeoutCode, message: `${message}.` };
  }
  if (isEnding(first)) {
    note(log, `${first.message} The command is interrupted; it has ${seconds(spec.graceMs)} to end.`);
    await endGroup(pid, name, ['SIGINT', 'SIGTERM'], exited, spec.graceMs, log);
    return { ...first, exitCode: interruptedCode };
  }
  await clearGroup(pid, name);
  if (first.code !== null) return { reason: 'exited', exitCode: first.code };
  const message = `The command was killed by ${first.signal}.`;
  note(log, message);
  return { reason: 'exited', exitCode: 128 + signalNumber(first.signal), message };
}

/** Only needed when this supervisor is killed: no reason to fail. */
function recordGroup(files: RunFiles, pid: number, prowJob: string): void {
  const identity = identityOf(pid);
  try {
    if (identity) writeJson(files.command, { ...identity, prowJob } satisfies Command);
  } catch (error) {
    process.stderr.write(`Cannot record the command's process: ${String(error)}\n`);
  }
}

/** Adds a line of ours to the job's log. */
export function note(log: number, text: string): void {
  try {
    writeSync(log, `\n[bowsprit] ${text}\n`);
  } catch {
    // A full disk: the exit record, which has its room, says it as well.
  }
}

/** The leader counts, as in a pod: when it is gone, whatever it left is killed. */
async function endGroup(
  leader: number,
  prowJob: string,
  signals: NodeJS.Signals[],
  exited: Promise<unknown>,
  graceMs: number,
  log: number,
): Promise<void> {
  for (const signal of signals) signalGroup(leader, signal);
  const timer = new AbortController();
  const grace = sleep(Math.min(graceMs, longestTimerMs), 'over' as const, { signal: timer.signal }).catch(
    () => undefined,
  );
  if ((await Promise.race([exited, grace])) === 'over') {
    note(log, 'The grace period is over; the command is killed.');
    signalGroup(leader, 'SIGKILL');
    await exited;
  }
  timer.abort();
  await clearGroup(leader, prowJob);
}

/**
 * Kills what is left of the group and waits until it is gone, or only dead ones are left that nobody reaps; then what left
 * the group, such as daemons, which is known by the variable that each process of the run has inherited.
 */
export async function clearGroup(leader: number, prowJob: string): Promise<void> {
  for (let attempt = 0; attempt < 100 && signalGroup(leader, 'SIGKILL'); attempt++) {
    await sleep(10);
    if (attempt > 1 && isDeadGroup(leader)) break;
  }
  for (let attempt = 0; attempt < 10; attempt++) {
    const strays = processesWith('PROW_JOB_ID', prowJob);
    if (strays.length === 0) return;
    for (const pid of strays) killOne(pid);
    await sleep(10);
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(errorCode(error))) throw error;
  }
}

function isEnding(value: Ending | { code: number | null }): value is Ending {
  return 'reason' in value;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function startProblem(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return 'there is no such program in PATH, or its interpreter is missing';
    case 'EACCES':
      return 'it is not executable';
    case 'E2BIG':
      return 'arguments and environment are larger than the system allows';
    case 'EAGAIN':
      return 'the system cannot start more processes now';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
