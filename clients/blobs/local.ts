/**
 * Blob storage in a local folder: the objects of bucket `b` are plain files below `<root>/b`.
 *
 * Objects appear whole or not at all (temporary file, fsync, rename). Unlike in real object stores `a` and `a/b` cannot both
 * exist, and a name has at most 255 bytes: such a key is refused with a BlobKeyError. Everything else that goes wrong is a
 * StorageUnavailable that names the folder.
 */
import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobObject, BlobStore, PutOptions } from '../../domain/blob-store.ts';
import { errorCode } from '../error-code.ts';
import { attributesPath, attributesToKeep, isAbsent, readAttributes, removeAttributes } from './attributes.ts';
import { isOwnName, pathOfKey, temporaryFolder } from './key-path.ts';
import { BlobKeyError, StorageUnavailable } from './storage-error.ts';

/** Temporary files older than this belong to a process that died (milliseconds). */
const staleAfterMs = 3_600_000;

/** Makes a file, safely on disk when it resolves. */
type Fill = (path: string) => Promise<void>;

/** The folder is made with the first object. */
export function createLocalBlobStore(folder: string): BlobStore {
  const root = resolve(folder);
  let ready: Promise<void> | undefined;

  /** Runs `operation`; its errors name this store. */
  async function naming<T>(action: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof BlobKeyError) throw error;
      throw new StorageUnavailable(`${action} in blob storage ${root}`, error);
    }
  }

  async function write(key: string, options: PutOptions, fill: Fill): Promise<void> {
    const path = pathOfKey(root, key);
    const attributes = attributesToKeep(key, options);
    await naming(`write ${key}`, async () => {
      if (attributes === undefined) await removeAttributes(root, key);
      else await place(attributesPath(root, key), key, fillWith(attributes));
      await place(path, key, fill);
    });
  }

  async function place(path: string, key: string, fill: Fill): Promise<void> {
    const temporary = join(root, temporaryFolder, randomUUID());
    await (ready ??= startTemporaryFolder().catch((error: unknown) => {
      ready = undefined;
      throw error;
    }));
    try {
      await fill(temporary).catch(async (error: unknown) => {
        // Somebody emptied the root while we run.
        if (!isAbsent(error)) throw error;
        await mkdir(dirname(temporary), { recursive: true });
        await fill(temporary);
      });
      await moveTo(temporary, path, key);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** A folder that was just made can vanish again before the rename, when `delete` tidies up. */
  async function moveTo(temporary: string, path: string, key: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await rename(temporary, path);
        return;
      } catch (error) {
        if (['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) {
          throw new BlobKeyError(key, 'other objects lie below it');
        }
        if (!isAbsent(error) || attempt > 8) throw error;
      }
      await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
        if (['ENOTDIR', 'EEXIST'].includes(errorCode(error))) throw new BlobKeyError(key, 'a part of it is an object');
        if (errorCode(error) !== 'ENOENT') throw error;
      });
    }
  }

  async function startTemporaryFolder(): Promise<void> {
    const temporary = join(root, temporaryFolder);
    await mkdir(temporary, { recursive: true });
    const oldest = Date.now() - staleAfterMs;
    for (const name of await readdir(temporary)) {
      const { mtimeMs } = await stat(join(temporary, name)).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < oldest) await rm(join(temporary, name), { force: true });
    }
  }

  async function* walk(path: string, key: string, prefix: string): AsyncGenerator<BlobObject> {
    const entries = await naming(`list ${key}`, () => readdir(path, { withFileTypes: true }).catch(absent));
    const sorted = (entries ?? [])
      .filter((entry) => key !== '' || (entry.isDirectory() && !isOwnName(entry.name)))
      // A folder sorts as the keys below it do: `a.txt` comes before `a/b`.
      .map((entry) => ({ entry, sortKey: entry.isDirectory() ? `${entry.name}/` : entry.name }))
      .sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
    for (const { entry, sortKey } of sorted) {
      const below = key + sortKey;
      if (entry.isDirectory()) {
        if (below.startsWith(prefix) || prefix.startsWith(below)) yield* walk(join(path, entry.name), below, prefix);
      } else if (below.startsWith(prefix)) {
        const object = await statOf(below);
        if (object) yield object;
      }
    }
  }

  function statOf(key: string): Promise<BlobObject | undefined> {
    const path = pathOfKey(root, key);
    return naming(`read ${key}`, async () => {
      const found = await stat(path).catch(absent);
      if (!found?.isFile()) return undefined;
      return { key, size: found.size, updated: found.mtimeMs };
    });
  }

  return {
    put: (key, content, options = {}) => write(key, options, fillWith(content)),

    async putFile(key, path, options = {}) {
      // Opened here so that a missing or unreadable source is not taken for trouble with the store.
      const source = await open(path, 'r');
      try {
        await write(key, options, (temporary) => copyTo(path, temporary));
      } finally {
        await source.close();
      }
    },

    async get(key) {
      const path = pathOfKey(root, key);
      return naming(`read ${key}`, () => readFile(path).catch(absent));
    },

    async stream(key, { start = 0, end = Infinity } = {}) {
      const path = pathOfKey(root, key);
      return naming(`read ${key}`, async () => {
        const file = await open(path, 'r').catch(absent);
        if (!file) return undefined;
        const found = await file.stat();
        if (found.isFile() && start < Math.min(end, found.size)) {
          return createReadStream('', { fd: file, start, end: end - 1 });
        }
        await file.close();
        return found.isFile() ? Readable.from([]) : undefined;
      });
    },

    async stat(key) {
      const object = await statOf(key);
      return object && { ...object, ...(await naming(`read ${key}`, () => readAttributes(root, key))) };
    },

    list: (prefix) => walk(root, '', prefix),

    async delete(key) {
      const path = pathOfKey(root, key);
      await naming(`delete ${key}`, async () => {
        await unlink(path).catch(absent);
        await removeAttributes(root, key);
        await removeEmptyFolders(dirname(path), root);
        await removeEmptyFolders(dirname(attributesPath(root, key)), root);
      });
    },
  };
}

function fillWith(content: string | Uint8Array): Fill {
  return (path) => writeFile(path, content, { flag: 'w', mode: 0o644, flush: true });
}

/** The kernel copies, or shares the blocks where the file system can. */
async function copyTo(source: string, path: string): Promise<void> {
  await copyFile(source, path, constants.COPYFILE_FICLONE);
  await chmod(path, 0o644);
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** For calls where nothing being there is an answer. */
function absent(error: unknown): undefined {
  if (isAbsent(error) || errorCode(error) === 'EISDIR') return undefined;
  throw error;
}

/** Upwards from `folder`, until one is in use; the root stays. */
async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let path = folder; path.startsWith(root + sep); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch {
      return;
    }
  }
}
