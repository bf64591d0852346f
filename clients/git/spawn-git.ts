/**
 * One git process in a group of its own, so that it is ended together with its helpers. What its output is for, and what its
 * end means, is for the caller to say.
 */
import { spawn } from 'node:child_process';
import { signalGroup } from '../process/process-identity.ts';

export interface GitProcess {
  args: readonly string[];
  directory: string;
  /** All of it: nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  /** Ends the process: at first kindly. */
  signal: AbortSignal;
  onOutput: (chunk: Buffer) => void;
  onErrors: (chunk: Buffer) => void;
}

export type GitEnd = { code: number } | { killedBy: NodeJS.Signals } | { notStarted: string } | 'aborted';

const killAfterMs = 2_000;

/** Never rejects. `aborted` also where the signal came before the process began. */
export async function spawnGit(options: GitProcess): Promise<GitEnd> {
  const { args, directory, environment, input, signal, onOutput, onErrors } = options;
  return await new Promise((resolve) => {
    if (signal.aborted) return resolve('aborted');
    let isAborted = false;
    const child = spawn('git', args, {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onErrors);
    // git may end without reading all of its input; that it failed is told by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    const giveUp = () => {
      if (child.pid === undefined) return;
      const group = child.pid;
      isAborted = true;
      signalGroup(group, 'SIGTERM');
      setTimeout(() => signalGroup(group, 'SIGKILL'), killAfterMs).unref();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    const settle = (end: GitEnd) => {
      signal.removeEventListener('abort', giveUp);
      resolve(isAborted ? 'aborted' : end);
    };
    child.once('error', (error) => settle({ notStarted: error.message }));
    child.once('exit', () => {
      // Helpers that still hold the pipes would keep us waiting for ever.
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    });
    child.once('close', (code, by) => settle(code === null ? { killedBy: by ?? 'SIGKILL' } : { code }));
  });
}
