/**
 * Runs single git commands for the clone, each in a group of its own so that it can be ended with its helpers, and repeats
 * those that may fail for reasons of the network. Output is kept for the records: bounded, and without credentials.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { censored } from '../git/censored.ts';
import { spawnGit, type GitEnd } from '../git/spawn-git.ts';
import type { CloneCommand } from './clone-records.ts';

export interface GitCommand {
  directory: string;
  args: string[];
  /** On top of the common environment; shown in the records. */
  environment?: Record<string, string>;
}

/** The end of the output says what went wrong. */
const keptOutputBytes = 256 * 1024;

export async function runGit(
  { directory, args, environment = {} }: GitCommand,
  common: Record<string, string>,
  signal: AbortSignal,
): Promise<CloneCommand> {
  const shown = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const command = censored([`PWD=${directory}`, ...shown, 'git', ...args].join(' '));
  const began = performance.now();
  const wasAborted = signal.aborted;
  let output = Buffer.alloc(0);
  const keep = (chunk: Buffer) => {
    output = Buffer.concat([output, chunk]).subarray(-keptOutputBytes);
  };
  const end = await spawnGit({
    args,
    directory,
    environment: { ...common, ...environment },
    signal,
    onOutput: keep,
    onErrors: keep,
  });
  const text = censored(output.toString());
  const error = wasAborted ? 'not run: the clone was given up' : problemOf(end);
  return {
    command,
    ...(text && { output: text }),
    ...(error !== undefined && { error }),
    duration: Math.round((performance.now() - began) * 1e6),
  };
}

function problemOf(end: GitEnd): string | undefined {
  if (end === 'aborted') return 'the clone was given up';
  if ('notStarted' in end) return `cannot start git: ${end.notStarted}`;
  if ('killedBy' in end) return `killed by ${end.killedBy}`;
  return end.code === 0 ? undefined : `exit status ${end.code}`;
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
