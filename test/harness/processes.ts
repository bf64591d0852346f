/**
 * Processes of this machine that belong to something, for tests that start whole systems: known by a text in their arguments
 * or environment, such as a test's own folder, which children inherit whatever group or session they move to.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface FoundProcess {
  pid: number;
  /** Arguments, separated by spaces. */
  command: string;
}

/** All but this very process. Dead ones that nobody has reaped have neither arguments nor environment, and are not found. */
export function processesWithText(text: string): FoundProcess[] {
  const found = process.platform === 'linux' ? onLinux(text) : byPs(text);
  return found.filter(({ pid }) => pid !== process.pid);
}

function onLinux(text: string): FoundProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const belongs = command.includes(text) || readFileSync(`/proc/${name}/environ`, 'utf8').includes(text);
      return belongs ? [{ pid: Number(name), command }] : [];
    } catch {
      // It has ended in the meantime, or is another user's.
      return [];
    }
  });
}

function byPs(text: string): FoundProcess[] {
  const lines = execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return command?.includes(text) ? [{ pid: Number(pid), command }] : [];
  });
}

/** One that is gone already is no error. */
export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
