/**
 * Which process, and not merely which number: numbers are used again, after a reboot from the start. A process is known by its
 * number, the time it began, and the boot it belongs to.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../error-code.ts';

export interface ProcessIdentity {
  pid: number;
  /** Opaque: only compared. */
  began: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const identity = identityOf(process.pid);
  if (!identity) throw new Error('Cannot find out when this process began (no /proc and no ps).');
  return identity;
}

/** Undefined when there is no such process, or when it has ended and only waits to be reaped. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const began = process.platform === 'linux' ? beganOnLinux(pid) : beganByPs(pid);
  return began === undefined ? undefined : { pid, began };
}

export function isAlive(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // That of another user is there all the same, be it ours from before or a stranger's.
    if (errorCode(error) === 'ESRCH') return false;
    if (errorCode(error) !== 'EPERM') throw error;
  }
  if (process.platform !== 'linux' && trusted(identity)) return true;
  return identityOf(identity.pid)?.began === identity.began;
}

/** Asking `ps` costs milliseconds, and numbers come round slowly: a process that was found is believed for a while. */
const trustedForMs = 30_000;
const confirmed = new Map<number, { began: string; at: number }>();

function trusted({ pid, began }: ProcessIdentity): boolean {
  const last = confirmed.get(pid);
  if (last?.began === began && performance.now() - last.at < trustedForMs) return true;
  if (identityOf(pid)?.began !== began) return false;
  confirmed.set(pid, { began, at: performance.now() });
  return true;
}

function beganOnLinux(pid: number): string | undefined {
  const [state = 'X', ...fields] = statOnLinux(String(pid));
  return 'ZX'.includes(state) ? undefined : `${bootId()}/${fields[18]}`;
}

/** State, parent, group and so on: `proc(5)` from the third field on, since the second, a name, may contain anything. */
function statOnLinux(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    // Anything else, such as too many open files, must not pass for a death: what is dead is cleared away.
    if (['ENOENT', 'ESRCH'].includes(errorCode(error))) return [];
    throw error;
  }
}

/** Whether a group that still answers has only dead members: in a container often nobody reaps orphans. Unknown is false. */
export function isDeadGroup(leader: number): boolean {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc').every((name) => {
    if (!/^\d+$/.test(name)) return true;
    const [state = 'X', , group] = statOnLinux(name);
    return group !== String(leader) || 'ZX'.includes(state);
  });
}

/** Processes that have this variable, whatever group they are in. None where the system does not tell (only Linux does). */
export function processesWith(name: string, value: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      return `\0${environment}`.includes(`\0${name}=${value}\0`) ? [Number(pid)] : [];
    } catch {
      // Somebody else's, or gone.
      return [];
    }
  });
}

let boot: string | undefined;
function bootId(): string {
  return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());
}

function beganByPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
    }).trim();
    return text === '' || text.startsWith('Z') ? undefined : text.slice(text.indexOf(' ')).trim();
  } catch (error) {
    // `ps` ends with 1 when it finds none; an error code says that it could not run.
    if (errorCode(error) === '') return undefined;
    throw error;
  }
}

/** Signals a whole process group. Answers false when nobody is in it any more. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    // macOS answers EPERM for a group of zombies.
    if (['ESRCH', 'EPERM'].includes(errorCode(error))) return false;
    throw error;
  }
}
