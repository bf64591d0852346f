/**
 * Answers as files, so that a proxy that starts again need not read everything anew. They hold what private repositories say: only
 * we may read them. A file that a crash has left half written is no answer.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerHeaders } from './headers.ts';
import type { StoredAnswer } from './stored-answer.ts';

export interface DiskAnswers {
  get(key: string): Promise<StoredAnswer | undefined>;
  set(key: string, answer: StoredAnswer): Promise<void>;
  bytes(): number;
}

export interface DiskOptions {
  /** Of our own; made if it is missing. */
  folder: string;
  maxBytes: number;
  /** Told about disks that fail, once until one works again. */
  onError: (error: unknown) => void;
}

/** The first line of a file; the body follows. */
interface Head {
  key: string;
  etag: string;
  headers: AnswerHeaders;
  storedAt: number;
  /** Of the body. */
  sha256: string;
}

/** Rejects where the folder cannot be made or read. */
export async function openDiskAnswers({ folder, maxBytes, onError }: DiskOptions): Promise<DiskAnswers> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  /** Bytes by key, the least recently used first. */
  const files = await listed(folder);
  let sum = [...files.values()].reduce((all, bytes) => all + bytes, 0);
  let isFailing = false;

  function note(key: string, bytes: number): void {
    sum += bytes - (files.get(key) ?? 0);
    files.delete(key);
    if (bytes > 0) files.set(key, bytes);
  }

  async function remove(key: string): Promise<void> {
    note(key, 0);
    await rm(pathOf(folder, key), { force: true });
  }

  async function makeRoom(): Promise<void> {
    for (const oldest of files.keys()) {
      if (sum <= maxBytes) return;
      await remove(oldest);
    }
  }

  /** Undefined where the disk fails. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const done = await work();
      isFailing = false;
      return done;
    } catch (error) {
      if (!isFailing) onError(error);
      isFailing = true;
      return undefined;
    }
  }

  await makeRoom();
  return {
    async get(key) {
      const bytes = files.get(key);
      if (bytes === undefined) return undefined;
      return await attempt(async () => {
        const answer = answerFrom(key, await readFile(pathOf(folder, key)).catch(missing));
        if (answer) note(key, bytes);
        else await remove(key);
        return answer;
      });
    },
    async set(key, { etag, headers, storedAt, body }) {
      const sha256 = hashOf(body);
      const head = Buffer.from(`${JSON.stringify({ key, etag, headers, storedAt, sha256 } satisfies Head)}\n`);
      const bytes = head.length + body.length;
      if (bytes > maxBytes / 4) return;
      await attempt(async () => {
        const path = pathOf(folder, key);
        const temporary = `${path}.${randomUUID()}`;
        await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
        try {
          await writeFile(temporary, Buffer.concat([head, body]), { mode: 0o600 });
          await rename(temporary, path);
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
        note(key, bytes);
        await makeRoom();
      });
    },
    bytes: () => sum,
  };
}

/** Keys are hashes. */
const namePattern = /^[0-9a-f]{64}$/;
const pathOf = (folder: string, key: string) => join(folder, key.slice(0, 2), key);
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Room for another was made just now. */
function missing(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
}

/** Removes what a crash has left. */
async function listed(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: { key: string; bytes: number; usedAt: number }[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (!namePattern.test(entry.name)) {
      await rm(path, { force: true });
      continue;
    }
    const { size, mtimeMs } = await stat(path);
    found.push({ key: entry.name, bytes: size, usedAt: mtimeMs });
  }
  found.sort((one, other) => one.usedAt - other.usedAt);
  return new Map(found.map(({ key, bytes }) => [key, bytes]));
}

function answerFrom(key: string, bytes: Buffer): StoredAnswer | undefined {
  const end = bytes.indexOf('\n');
  if (end < 0) return undefined;
  try {
    const head = JSON.parse(bytes.subarray(0, end).toString()) as Head;
    const body = bytes.subarray(end + 1);
    if (head.key !== key || head.sha256 !== hashOf(body)) return undefined;
    return { etag: head.etag, headers: head.headers, body, storedAt: head.storedAt };
  } catch {
    return undefined;
  }
}
