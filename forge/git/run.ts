/** Runs the `git` program on a bare repository, with nothing of the machine's or the user's git settings. */
import { spawn } from 'node:child_process';

export interface GitRun {
  input?: string | Buffer;
  env?: Record<string, string>;
  /** Exit codes besides 0 that are an answer, not an error. */
  allow?: readonly number[];
}

export interface GitAnswer {
  code: number;
  out: Buffer;
  text: string;
}

/** The environment of every git process. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    // A fetch from a fork on the same disk: both are ours.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  };
}

/** Rejects with git's own words when it fails. */
export async function git(
  dir: string,
  args: readonly string[],
  { input, env = {}, allow = [] }: GitRun = {},
): Promise<GitAnswer> {
  return await new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', dir, ...args], { env: { ...gitEnvironment(), ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const bytes = Buffer.concat(out);
      if (code === 0 || (code !== null && allow.includes(code))) {
        resolve({ code, out: bytes, text: bytes.toString() });
        return;
      }
      reject(new Error(`git ${args[0]} ended with ${code}: ${Buffer.concat(err).toString().trim()}`));
    });
    // git may end without reading all of its input; that it failed is told by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
