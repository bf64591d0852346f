/**
 * Whether a process is still the one that was seen before: by its start time, since process ids are used again.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The start time of a process in the system's own terms: comparable, not readable. Undefined when there is no such process,
 * or only its corpse. On Linux it is joined with the boot id, since it counts from the boot.
 */
export async function processStartTime(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? await linuxStartTime(pid) : await portableStartTime(pid);
}

let bootId: string | undefined;

async function linuxStartTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in parentheses may contain anything; state is the first field after it, start time the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  bootId ??= (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
  return `${bootId}/${fields[19]}`;
}

async function portableStartTime(pid: number): Promise<string | undefined> {
  const answer = await run('ps', ['-o', 'lstart=', '-o', 'state=', '-p', String(pid)]).catch(() => undefined);
  const text = answer?.stdout.trim();
  return text && !text.endsWith('Z') ? text.replace(/\s+\S+$/, '') : undefined;
}

export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await processStartTime(pid)) === startTime;
}

/** Signals a process, or with a negative id its group; one that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
