/** Runs git commands on a mirror: bounded in time and output, with failures that say what is to be done about them. */
import { existsSync } from 'node:fs';
import { censored } from './censored.ts';
import { failureFrom, GitFailure, GitTooLarge, MirrorBroken } from './git-failure.ts';
import { spawnGit } from './spawn-git.ts';

export interface GitCommand {
  args: readonly string[];
  directory: string;
  environment: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  signal: AbortSignal;
  /** Milliseconds. */
  timeoutMs: number;
  /** Exit codes besides 0 that are an answer. */
  answers?: readonly number[];
  /** Bytes of output; default 256 MiB. */
  maxOutput?: number;
  /** For messages: `fetch acme/site`. */
  action: string;
}

export interface GitAnswer {
  code: number;
  out: Buffer;
}

const defaultMaxOutput = 256 * 1024 * 1024;
/** The end of it says what went wrong. */
const keptErrors = 64 * 1024;

/** Rejects with the errors of `git-failure.ts`, and with the signal's reason once it has come. */
export async function runGit(command: GitCommand): Promise<GitAnswer> {
  const {
    args,
    action,
    answers = [],
    directory,
    environment,
    input,
    timeoutMs,
    maxOutput = defaultMaxOutput,
  } = command;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const out: Buffer[] = [];
  let bytes = 0;
  let errors = Buffer.alloc(0);
  const end = await spawnGit({
    args,
    directory,
    environment,
    ...(input !== undefined && { input }),
    signal: AbortSignal.any([command.signal, stop.signal]),
    onOutput(chunk) {
      bytes += chunk.length;
      if (bytes > maxOutput) stop.abort();
      else out.push(chunk);
    },
    onErrors(chunk) {
      errors = Buffer.concat([errors, chunk]).subarray(-keptErrors);
    },
  });
  clearTimeout(timer);
  command.signal.throwIfAborted();
  if (bytes > maxOutput) throw new GitTooLarge(action, `git says more than ${maxOutput} bytes`);
  if (end === 'aborted') throw new GitFailure('HostUnavailable', action, `git took longer than ${timeoutMs / 1000} s`);
  if ('notStarted' in end && !existsSync(directory)) throw new MirrorBroken(action, 'its folder is gone');
  if ('notStarted' in end) throw new GitFailure('HostUnavailable', action, `git cannot be started: ${end.notStarted}`);
  if ('killedBy' in end) throw new GitFailure('HostUnavailable', action, `git was ended by ${end.killedBy}`);
  if (end.code === 0 || answers.includes(end.code)) return { code: end.code, out: Buffer.concat(out) };
  throw failureFrom(action, censored(errors.toString()));
}
