/**
 * Blob storage as the parts see it: a local folder today, S3 and GCS behind the same interface.
 *
 * A key is `<bucket>/<path>`, without scheme; buckets of different providers do not share a store.
 */
import type { Readable } from 'node:stream';

export interface BlobObject {
  key: string;
  size: number;
  /** Milliseconds since the epoch. */
  updated: number;
}

export interface PutOptions {
  contentType?: string;
  contentEncoding?: string;
  metadata?: Record<string, string>;
}

/** An object with what it was written with; the media type may be guessed from its name. */
export interface BlobStat extends BlobObject, PutOptions {}

export interface BlobStore {
  /** Writes an object whole or not at all: a reader never sees half of it. The media type is guessed where none is given. */
  put(key: string, content: string | Uint8Array, options?: PutOptions): Promise<void>;
  /** Uploads a local file without reading it into memory. */
  putFile(key: string, path: string, options?: PutOptions): Promise<void>;
  /** Reads an object; undefined where there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Streams an object, from byte `start` to before byte `end`; undefined where there is none. */
  stream(key: string, range?: { start?: number; end?: number }): Promise<Readable | undefined>;
  stat(key: string): Promise<BlobStat | undefined>;
  /** All objects below a prefix, recursively, in key order. */
  list(prefix: string): AsyncIterable<BlobObject>;
  delete(key: string): Promise<void>;
}
