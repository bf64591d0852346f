/**
 * Which keys a folder can hold, and where: the parts of a key are folder and file names, unchanged, so that people find their
 * files. No key leads out of the root or into the store's own folders.
 */
import { join } from 'node:path';
import { BlobKeyError } from './storage-error.ts';

/** Names below the root that are the store's own; no bucket is called like this. */
export const temporaryFolder = '.tmp';
export const attributesFolder = '.attributes';

const longestName = 255;

/** The absolute path of an object's file. Throws BlobKeyError. */
export function pathOfKey(root: string, key: string): string {
  const parts = key.split('/');
  if (parts.length < 2) throw new BlobKeyError(key, 'it has no path below its bucket');
  for (const part of parts) {
    if (part === '') throw new BlobKeyError(key, 'it has an empty part');
    if (part === '.' || part === '..') throw new BlobKeyError(key, `"${part}" is no name`);
    if (part.includes('\0')) throw new BlobKeyError(key, 'it contains a NUL character');
    if (Buffer.byteLength(part) > longestName) throw new BlobKeyError(key, `a part of it exceeds ${longestName} bytes`);
  }
  if (isOwnName(parts[0] ?? '')) throw new BlobKeyError(key, `"${parts[0]}" belongs to the store itself`);
  return join(root, ...parts);
}

export function isOwnName(name: string): boolean {
  return name === temporaryFolder || name === attributesFolder;
}
