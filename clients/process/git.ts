/**
 * Runs single git commands for the clone, each in a group of its own so that it can be ended with its helpers, and repeats
 * those that may fail for reasons of the network. Output is kept for the records: bounded, and without credentials.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloneCommand } from './clone-records.ts';
import { signalGroup } from './process-identity.ts';

export interface GitCommand {
  directory: string;
  args: string[];
  /** On top of the common environment; shown in the records. */
  environment?: Record<string, string>;
}

/** The end of the output says what went wrong. */
const keptOutputBytes = 256 * 1024;
const killAfterMs = 2_000;

export function runGit(
  { directory, args, environment = {} }: GitCommand,
  common: Record<string, string>,
  signal: AbortSignal,
): Promise<CloneCommand> {
  const shown = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const command = censored([`PWD=${directory}`, ...shown, 'git', ...args].join(' '));
  const began = performance.now();
  return new Promise((resolve) => {
    let output = Buffer.alloc(0);
    let problem: string | undefined;
    const settle = (error: string | undefined) => {
      const text = censored(output.toString());
      resolve({
        command,
        ...(text && { output: text }),
        ...(error && { error }),
        duration: Math.round((performance.now() - began) * 1e6),
      });
    };
    if (signal.aborted) return settle('not run: the clone was given up');
    const child = spawn('git', args, {
      cwd: directory,
      env: { ...common, ...environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer) => {
      output = Buffer.concat([output, chunk]).subarray(-keptOutputBytes);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const giveUp = () => {
      if (child.pid === undefined) return;
      const group = child.pid;
      problem = 'the clone was given up';
      signalGroup(group, 'SIGTERM');
      setTimeout(() => signalGroup(group, 'SIGKILL'), killAfterMs).unref();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', (error) => {
      signal.removeEventListener('abort', giveUp);
      settle(`cannot start git: ${error.message}`);
    });
    child.once('exit', () => {
      // Helpers that still hold the pipes would keep us waiting for ever.
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    });
    child.once('close', (code, by) => {
      signal.removeEventListener('abort', giveUp);
      settle(problem ?? (code === 0 ? undefined : by ? `killed by ${by}` : `exit status ${code}`));
    });
  });
}

/** Runs a fetch, and again after each of the waits while it fails; the last attempt counts. */
export async function runGitFetch(
  command: GitCommand,
  common: Record<string, string>,
  signal: AbortSignal,
  waitsMs: readonly number[],
): Promise<CloneCommand> {
  let result = await runGit(command, common, signal);
  for (const waitMs of waitsMs) {
    if (result.error === undefined || signal.aborted) return result;
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    result = await runGit(command, common, signal);
  }
  return result;
}

/** Credentials that are part of URLs. */
export function censored(text: string): string {
  return text.replaceAll(/(\w:\/\/)[^/@\s]+@/g, '$1CENSORED@');
}
