/**
 * The files below a run's artifact folder, with the names and encodings under which they are stored (spec jobs.md 6.3). Links
 * are followed only to files below that folder; what is neither file nor folder is left out.
 */
import { readdir, realpath, rename, stat } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { basename, join, sep } from 'node:path';
import type { PutOptions } from '../../domain/blob-store.ts';
import { mediaTypeOf } from '../blobs/media-types.ts';

export interface Artifact {
  /** Below the run's folder, such as `artifacts/junit.xml`. */
  name: string;
  path: string;
  options: PutOptions;
}

/** One after the other, in no order, without holding more than a folder's names in memory. */
export async function* artifactsIn(
  folder: string,
  mediaTypes: Readonly<Record<string, string>> = {},
): AsyncGenerator<Artifact> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return;
  for await (const { path, name } of filesBelow(root, root, basename(folder))) {
    yield { path, ...storedAs(name, mediaTypes) };
  }
}

/** `#` is written `%23`; a `.gz` says how the content is encoded and is no part of the name. */
export function storedAs(
  name: string,
  mediaTypes: Readonly<Record<string, string>> = {},
): { name: string; options: PutOptions } {
  const zipped = /^(.*[^/])\.(?:gz|gzip)$/s.exec(name)?.[1];
  const plain = zipped ?? name;
  const contentType = mediaTypeOf(plain, mediaTypes);
  const options: PutOptions = {
    ...(contentType && { contentType }),
    ...(zipped !== undefined && (contentType ? { contentEncoding: 'gzip' } : { contentType: 'application/gzip' })),
  };
  return { name: plain.replaceAll('#', '%23'), options };
}

async function* filesBelow(folder: string, root: string, name: string): AsyncGenerator<{ path: string; name: string }> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    const below = `${name}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(path, root, below);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFileIn(root, path))))
      yield { path, name: below };
  }
}

/** A folder that cannot be read has no entries: the rest is still worth storing. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const read = () => readdir(folder, { withFileTypes: true }).catch(() => []);
  const entries = await read();
  // The replacement character: a name that may be no UTF-8, and then could not be opened by it.
  if (!entries.some(({ name }) => name.includes('\ufffd'))) return entries;
  await renameUnreadable(folder);
  return read();
}

/** Gives files whose names are no UTF-8 names that are, with the bytes that no text has as `%ff`. */
async function renameUnreadable(folder: string): Promise<void> {
  for (const name of await readdir(folder, { encoding: 'buffer' })) {
    if (isUtf8(name)) continue;
    const readable = [...name]
      .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `%${byte.toString(16)}`))
      .join('');
    // What cannot be renamed is left out when it cannot be opened.
    await rename(Buffer.concat([Buffer.from(`${folder}/`), name]), join(folder, readable)).catch(() => undefined);
  }
}

async function leadsToFileIn(root: string, path: string): Promise<boolean> {
  try {
    return (await realpath(path)).startsWith(root + sep) && (await stat(path)).isFile();
  } catch {
    return false;
  }
}
