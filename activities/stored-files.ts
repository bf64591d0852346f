/**
 * Files of a repository as they lie in blob storage between who reads them through git and who evaluates events: one JSON
 * document for each thing that was read (domain/review/git-facts.ts), with the texts by path. A file that is not there is not in
 * it.
 */
import type { BlobStore } from '../domain/blob-store.ts';
import type { BlobReference } from '../domain/review/envelope.ts';

interface StoredFiles {
  /** Readers refuse other versions. */
  v: 1;
  files: Record<string, string>;
}

export function encodeFiles(files: ReadonlyMap<string, string>): Buffer {
  return Buffer.from(JSON.stringify({ v: 1, files: Object.fromEntries(files) } satisfies StoredFiles));
}

/** Undefined where the blob is gone. Rejects with what the store rejects with, and where the blob is something else. */
export async function loadFiles(
  blobs: Pick<BlobStore, 'get'>,
  { key }: BlobReference,
): Promise<ReadonlyMap<string, string> | undefined> {
  const content = await blobs.get(key);
  if (!content) return undefined;
  const stored = JSON.parse(new TextDecoder().decode(content)) as StoredFiles;
  if (stored.v !== 1) throw new Error(`${key} does not hold files of a repository.`);
  return new Map(Object.entries(stored.files));
}
