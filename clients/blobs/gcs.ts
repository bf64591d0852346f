/**
 * Blob storage in Google Cloud Storage. Objects appear whole or not at all; the size of a file does not matter to memory. 5xx and
 * lost connections are tried again a few times here, and for ever by whoever gets StorageUnavailable.
 *
 * `STORAGE_EMULATOR_HOST` in the environment leads to another server, as in all of Google's libraries.
 */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { ApiError, IdempotencyStrategy, Storage, type File } from '@google-cloud/storage';
import type { BlobObject, BlobStat, BlobStore, PutOptions } from '../../domain/blob-store.ts';
import { errorCode } from '../error-code.ts';
import { bucketFailure, type BucketProvider } from './bucket-failure.ts';
import { bucketKeyFrom, bucketPrefixFrom, type BucketKey } from './bucket-key.ts';
import { withFailure } from './failing-stream.ts';
import { mediaTypeOf } from './media-types.ts';
import { BlobKeyError } from './storage-error.ts';

export interface GcsOptions {
  /** A service account's key, or another file of Google's credentials. Absent: the environment's own. */
  credentialsFile?: string;
  /** Another server, without credentials. */
  endpoint?: string;
}

/** A file from this size on goes in pieces of this size, each of which can be repeated. */
const pieceBytes = 8 * 1024 * 1024;
/** With the attempts below, a call that gets no answer ends within the time of the activity that writes records (20 s). */
const silenceMs = 8_000;
const retries = 2;

const provider: BucketProvider = { scheme: 'gs', credentialsFlag: '--gcs-credentials-file', facts };

export function createGcsBlobStore({ credentialsFile, endpoint }: GcsOptions = {}): BlobStore {
  const storage = new Storage({
    ...(credentialsFile !== undefined && { keyFilename: credentialsFile }),
    ...(endpoint !== undefined && { apiEndpoint: endpoint, projectId: 'none' }),
    timeout: silenceMs,
    // Each write is the whole object, so it may always be repeated.
    retryOptions: {
      maxRetries: retries,
      maxRetryDelay: 2,
      totalTimeout: 18,
      idempotencyStrategy: IdempotencyStrategy.RetryAlways,
    },
  });
  const fileOf = ({ bucket, name }: BucketKey): File => storage.bucket(bucket).file(name);

  async function naming<T>(action: string, key: BucketKey, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw bucketFailure(provider, action, key, error);
    }
  }

  async function statOf(place: BucketKey): Promise<BlobStat | undefined> {
    const found = await fileOf(place).getMetadata().catch(absent);
    if (!found) return undefined;
    const [{ contentType, contentEncoding, metadata, ...rest }] = found;
    const texts = Object.entries(metadata ?? {}).map(([name, value]) => [name, String(value)]);
    return {
      ...objectFrom(place, rest),
      ...(contentType && { contentType }),
      ...(contentEncoding && { contentEncoding }),
      ...(texts.length > 0 && { metadata: Object.fromEntries(texts) as Record<string, string> }),
    };
  }

  return {
    async put(key, content, options = {}) {
      const place = placeOf(key);
      await naming('write', place, () =>
        fileOf(place).save(typeof content === 'string' ? Buffer.from(content) : Buffer.from(content), {
          resumable: false,
          ...writeOptions(place, options),
        }),
      );
    },

    async putFile(key, path, options = {}) {
      const place = placeOf(key);
      // Opened here so that a missing or unreadable source is not taken for trouble with the store.
      const source = await open(path, 'r');
      try {
        const { size } = await source.stat();
        const stream = source.createReadStream({ highWaterMark: 256 * 1024 });
        const target = fileOf(place).createWriteStream({
          ...(size < pieceBytes ? { resumable: false } : { resumable: true, chunkSize: pieceBytes }),
          ...writeOptions(place, options),
        });
        await naming('write', place, () => pipeline(stream, target));
      } finally {
        await source.close().catch(() => undefined);
      }
    },

    async get(key) {
      const place = placeOf(key);
      return await naming('read', place, async () => {
        const stream = fileOf(place).createReadStream({ decompress: false });
        // In the library's own words, which tell whether there is such an object.
        return await buffer(withFailure(stream, (error) => error as Error, { silenceMs })).catch(absent);
      });
    },

    async stream(key, { start = 0, end = Infinity } = {}) {
      const place = placeOf(key);
      const found = await naming('read', place, () => statOf(place));
      if (!found) return undefined;
      const last = Math.min(end, found.size);
      if (start >= last) return Readable.from([]);
      const stream = fileOf(place).createReadStream({
        decompress: false,
        ...(start > 0 || last < found.size ? { start, end: last - 1 } : {}),
      });
      const failure = (error: unknown) => bucketFailure(provider, 'read', place, error);
      return withFailure(stream, failure, { silenceMs, size: last - start });
    },

    async stat(key) {
      const place = placeOf(key);
      return await naming('read', place, () => statOf(place));
    },

    async *list(prefix) {
      const { bucket, name = '' } = bucketPrefixFrom(prefix);
      let pageToken: string | undefined;
      do {
        const [files, next] = await naming('list', { bucket, name }, () =>
          storage.bucket(bucket).getFiles({
            prefix: name,
            autoPaginate: false,
            fields: 'items(name,size,updated),nextPageToken',
            ...(pageToken !== undefined && { pageToken }),
          }),
        );
        // With `fields` the library gives what the server said, and no objects of its own.
        for (const file of files as unknown as ListedFile[]) yield objectFrom({ bucket, name: file.name }, file);
        pageToken = (next as { pageToken?: string } | null)?.pageToken;
      } while (pageToken);
    },

    async delete(key) {
      const place = placeOf(key);
      await naming('delete', place, () => fileOf(place).delete({ ignoreNotFound: true }));
    },
  };
}

interface ListedFile {
  name: string;
  size?: string;
  updated?: string;
}

/** Google takes no line ends in names. Throws BlobKeyError. */
function placeOf(key: string): BucketKey {
  const place = bucketKeyFrom(key);
  if (/[\r\n]/.test(place.name)) throw new BlobKeyError(key, 'it contains a line end');
  return place;
}

function objectFrom(
  { bucket, name }: BucketKey,
  { size, updated }: { size?: string | number; updated?: string },
): BlobObject {
  return { key: `${bucket}/${name}`, size: Number(size ?? 0), updated: updated ? Date.parse(updated) : 0 };
}

function writeOptions({ name }: BucketKey, { contentType, contentEncoding, metadata }: PutOptions) {
  return {
    metadata: {
      contentType: contentType ?? mediaTypeOf(name) ?? 'application/octet-stream',
      ...(contentEncoding !== undefined && { contentEncoding }),
      ...(metadata && { metadata }),
    },
  };
}

/** For calls where no object is an answer; no bucket is none. */
function absent(error: unknown): undefined {
  const { status, noBucket } = facts(error);
  if (status === 404 && !noBucket) return undefined;
  throw error;
}

function facts(error: unknown) {
  const message = error instanceof Error ? messageOf(error) : String(error);
  const status = statusOf(error);
  return {
    status,
    code: errorCode(error) || (error instanceof Error ? error.name : ''),
    noBucket: status === 404 && /bucket (does not exist|not found)/i.test(message),
    message,
  };
}

/** Streams give the answer's text as the message, which may be JSON. */
function messageOf({ message }: Error): string {
  return /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiError && typeof error.code === 'number') return error.code;
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, code } = error as { status?: unknown; code?: unknown };
  const found = Number(typeof status === 'number' ? status : code);
  return Number.isInteger(found) && found >= 100 && found < 600 ? found : undefined;
}
