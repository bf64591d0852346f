/** Blob storage in memory, for tests of what reads and writes it. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BlobStore, PutOptions } from '../../domain/blob-store.ts';

export interface MemoryBlobs extends BlobStore {
  /** While set, every call fails with this text. */
  failure: string | undefined;
}

export function createMemoryBlobs(): MemoryBlobs {
  const objects = new Map<string, { content: Buffer; options: PutOptions; updated: number }>();
  const check = () => {
    if (blobs.failure) throw new Error(blobs.failure);
  };
  const blobs: MemoryBlobs = {
    failure: undefined,
    async put(key, content, options = {}) {
      check();
      objects.set(key, { content: Buffer.from(content as string), options, updated: Date.now() });
    },
    async putFile(key, path, options) {
      await blobs.put(key, await readFile(path), options);
    },
    async get(key) {
      check();
      return objects.get(key)?.content;
    },
    async stream(key, { start = 0, end } = {}) {
      check();
      const found = objects.get(key);
      return found && Readable.from([found.content.subarray(start, end)]);
    },
    async stat(key) {
      check();
      const found = objects.get(key);
      return found && { key, size: found.content.length, updated: found.updated, ...found.options };
    },
    async *list(prefix) {
      check();
      for (const key of [...objects.keys()].toSorted()) {
        const found = objects.get(key);
        if (found && key.startsWith(prefix)) yield { key, size: found.content.length, updated: found.updated };
      }
    },
    async delete(key) {
      check();
      objects.delete(key);
    },
  };
  return blobs;
}
