/**
 * Media type, encoding and metadata of objects in a local folder: a small file in a tree beside the objects, and only for
 * objects whose name does not already say it, so that most objects are one file.
 */
import { createHash } from 'node:crypto';
import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PutOptions } from '../../domain/blob-store.ts';
import { errorCode } from '../error-code.ts';
import { attributesFolder } from './key-path.ts';
import { mediaTypeOf } from './media-types.ts';

/** What the attributes file has to hold; undefined where none is needed. */
export function attributesToKeep(key: string, options: PutOptions): string | undefined {
  const { contentType, contentEncoding, metadata } = options;
  const needed =
    contentEncoding || (contentType && !isImplied(key, contentType)) || Object.keys(metadata ?? {}).length > 0;
  return needed ? JSON.stringify(options) : undefined;
}

/** The parameters of a type (`; charset=utf-8`) are not worth a file. */
function isImplied(key: string, contentType: string): boolean {
  return mediaTypeOf(key)?.split(';', 1)[0] === contentType.split(';', 1)[0];
}

export async function readAttributes(root: string, key: string): Promise<PutOptions> {
  const implied = mediaTypeOf(key);
  const attributes: PutOptions = implied === undefined ? {} : { contentType: implied };
  try {
    const kept: unknown = JSON.parse(await readFile(attributesPath(root, key), 'utf8'));
    return typeof kept === 'object' && kept !== null ? { ...attributes, ...kept } : attributes;
  } catch (error) {
    // A torn file cannot be (it is renamed into place), a foreign one says nothing.
    if (isAbsent(error) || error instanceof SyntaxError) return attributes;
    throw error;
  }
}

export async function removeAttributes(root: string, key: string): Promise<void> {
  await unlink(attributesPath(root, key)).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
}

/** Named by a hash: any key has one, however long its parts are and whatever lies below it. */
export function attributesPath(root: string, key: string): string {
  const hash = createHash('sha256').update(key).digest('hex');
  return join(root, attributesFolder, hash.slice(0, 2), `${hash}.json`);
}

/** Nothing is there, or a file is where a folder would have to be. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
}
