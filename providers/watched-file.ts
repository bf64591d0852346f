/**
 * A small file that people or Kubernetes replace while we run: secrets and tokens (spec plugins-review.md A.3). What was read
 * last stays in use while the file cannot be read.
 */
import { readFile, stat } from 'node:fs/promises';

export interface WatchedFileOptions<T> {
  path: string;
  /** Gets the content without white space around it. Throws where it is of no use; then the last value stays. */
  parse: (text: string) => T;
  /** Told about each failed reading, with a message that holds nothing of the content. */
  onError: (message: string) => void;
  /** Milliseconds between looks at the file's time. Default 1000. */
  pollMs?: number;
  /** Milliseconds after which the file is read even if its time is the same. Default ten minutes. */
  rereadMs?: number;
}

export interface WatchedFile<T> {
  current(): T;
  close(): void;
}

/** Rejects where the file cannot be read for the first time, naming it. */
export async function watchFile<T>(options: WatchedFileOptions<T>): Promise<WatchedFile<T>> {
  const { path, pollMs = 1000, rereadMs = 10 * 60_000 } = options;
  let seen = await fingerprint(path).catch((error: unknown) => failed(path, error));
  let value = options.parse(await textOf(path).catch((error: unknown) => failed(path, error)));
  let readAt = Date.now();
  let looking = false;
  let complaint = '';

  const look = async () => {
    const now = await fingerprint(path);
    if (now === seen && Date.now() - readAt < rereadMs) return;
    value = options.parse(await textOf(path));
    seen = now;
    readAt = Date.now();
    complaint = '';
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look()
      .catch((error: unknown) => {
        const message = messageOf(path, error);
        if (message !== complaint) options.onError(message);
        complaint = message;
      })
      .finally(() => (looking = false));
  }, pollMs);
  timer.unref();
  return { current: () => value, close: () => clearInterval(timer) };
}

async function textOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

/** Changes with the content, also where a link is set to another file with an older time. */
async function fingerprint(path: string): Promise<string> {
  const { mtimeMs, ino, size } = await stat(path);
  return `${mtimeMs}/${ino}/${size}`;
}

function failed(path: string, error: unknown): never {
  throw new Error(messageOf(path, error));
}

function messageOf(path: string, error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unusable content';
  return `Cannot read ${path}: ${code}. It must be a readable file.`;
}
