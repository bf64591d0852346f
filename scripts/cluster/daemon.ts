/**
 * The long-running programs of a test cluster: started in their own session, known by pid and start time, ended by pid.
 * Their output goes to `log/<name>.log` in the cluster's folder.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive, type ProcessIdentity } from '../../clients/process/process-identity.ts';
import { ClusterError } from './cluster-error.ts';

export interface Daemon {
  name: string;
  command: string;
  args: readonly string[];
}

/** Starts the program unless it runs already. Answers its pid. */
export function startDaemon(folder: string, { name, command, args }: Daemon): number {
  const running = daemonIdentity(folder, name);
  if (running) return running.pid;
  mkdirSync(join(folder, 'log'), { recursive: true });
  const log = openSync(logPath(folder, name), 'a');
  const child = spawn(command, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (!identity) throw new ClusterError(`${name} could not be started with ${command}.${logTail(folder, name)}`);
  writeFileSync(pidPath(folder, name), JSON.stringify(identity));
  return identity.pid;
}

/** Undefined when the program does not run. */
export function daemonPid(folder: string, name: string): number | undefined {
  return daemonIdentity(folder, name)?.pid;
}

/** Ends the program: first with `signal`, after 10 s with SIGKILL. Resolves when it is gone. */
export async function stopDaemon(folder: string, name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const identity = daemonIdentity(folder, name);
  if (identity) {
    process.kill(identity.pid, signal);
    const patience = Date.now() + 10_000;
    let killed = signal === 'SIGKILL';
    while (isAlive(identity)) {
      if (!killed && Date.now() > patience) {
        process.kill(identity.pid, 'SIGKILL');
        killed = true;
      }
      await sleep(20);
    }
  }
  rmSync(pidPath(folder, name), { force: true });
}

/** Waits until a program of the cluster answers; says what its log says when it ends or takes longer than two minutes. */
export async function daemonReady(folder: string, name: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    if (await check().catch(() => false)) return;
    if (!daemonIdentity(folder, name)) throw new ClusterError(`${name} ended.${logTail(folder, name)}`);
    if (Date.now() > deadline) throw new ClusterError(`${name} is not ready after 2 minutes.${logTail(folder, name)}`);
    await sleep(100);
  }
}

function daemonIdentity(folder: string, name: string): ProcessIdentity | undefined {
  const path = pidPath(folder, name);
  if (!existsSync(path)) return undefined;
  const identity = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  return isAlive(identity) ? identity : undefined;
}

const pidPath = (folder: string, name: string) => join(folder, `${name}.pid`);
const logPath = (folder: string, name: string) => join(folder, 'log', `${name}.log`);

function logTail(folder: string, name: string): string {
  const path = logPath(folder, name);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8) : [];
  return lines.length > 0 ? ` The end of ${path}:\n  ${lines.join('\n  ')}` : '';
}
