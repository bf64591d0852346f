/** Reads a piece of a log that lies in storage, compressed or not. Offsets count bytes of the log itself. */
import { createGunzip } from 'node:zlib';
import type { BlobStore } from '../../domain/blob-store.ts';

export async function readStoredLog(
  blobs: BlobStore,
  key: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ content: Uint8Array; next: number; complete: boolean } | undefined> {
  const found = await blobs.stat(key).catch(() => undefined);
  if (!found) return undefined;
  if (found.contentEncoding === 'gzip') return readUnzipped(blobs, key, offset, limit);
  const end = Math.min(found.size, offset + limit);
  if (offset >= end) return { content: new Uint8Array(), next: offset, complete: true };
  const chunks: Buffer[] = [];
  for await (const chunk of (await blobs.stream(key, { start: offset, end })) ?? []) chunks.push(chunk as Buffer);
  return { content: Buffer.concat(chunks), next: end, complete: end >= found.size };
}

/** From its beginning, since that is the only place to unpack from; what is before the piece is thrown away as it comes. */
async function readUnzipped(blobs: BlobStore, key: string, offset: number, limit: number) {
  const zipped = await blobs.stream(key);
  if (!zipped) return undefined;
  const unzipped = createGunzip();
  zipped.on('error', (error) => unzipped.destroy(error)).pipe(unzipped);
  const chunks: Buffer[] = [];
  let position = 0;
  let isMore = false;
  for await (const chunk of unzipped as AsyncIterable<Buffer>) {
    const wanted = chunk.subarray(Math.max(0, offset - position), Math.max(0, offset + limit - position));
    if (wanted.length > 0) chunks.push(wanted);
    position += chunk.length;
    isMore = position > offset + limit;
    if (isMore) break;
  }
  zipped.destroy();
  const content = Buffer.concat(chunks);
  return { content, next: offset + content.length, complete: !isMore };
}
