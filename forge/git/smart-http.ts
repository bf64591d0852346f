/** git over smart HTTP, by git's own stateless programs. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { gitEnvironment } from './run.ts';

export type GitService = 'git-upload-pack' | 'git-receive-pack';

export interface GitCall {
  dir: string;
  service: GitService;
  /** The header `Git-Protocol`. */
  protocol: string | undefined;
}

function start({ dir, service, protocol }: GitCall, extra: string[]) {
  return spawn('git', [service.slice('git-'.length), '--stateless-rpc', ...extra, dir], {
    env: { ...gitEnvironment(), ...(protocol === undefined ? {} : { GIT_PROTOCOL: protocol }) },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

/** The answer to `info/refs`: what the repository has. */
export async function advertise(call: GitCall): Promise<Buffer> {
  const child = start(call, ['--http-backend-info-refs']);
  child.stdin.end();
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const service = `# service=${call.service}\n`;
  const head = `${(service.length + 4).toString(16).padStart(4, '0')}${service}0000`;
  return Buffer.concat([Buffer.from(head), ...chunks]);
}

/**
 * Runs the service on a request body. The answer streams while git works.
 * @returns the answer, and a promise that resolves when git has ended
 */
export function serve(
  call: GitCall,
  body: Readable,
  encoding: string | undefined,
): { answer: Readable; ended: Promise<void> } {
  const child = start(call, []);
  const input = encoding === 'gzip' ? body.pipe(createGunzip()) : body;
  // A client that goes away, or bytes that are not gzip: git then sees the end of its input.
  input.on('error', () => child.stdin.end());
  child.stdin.on('error', () => undefined);
  input.pipe(child.stdin);
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
  return { answer: child.stdout, ended };
}
