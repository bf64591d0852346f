/**
 * Blob storage in S3 and what speaks like it (MinIO, Ceph, R2). Objects appear whole or not at all; the size of a file does not
 * matter to memory. 5xx and lost connections are tried again a few times here, and for ever by whoever gets StorageUnavailable.
 *
 * An upload in parts that a dying process leaves behind stays in the bucket; a lifecycle rule of the bucket removes such.
 */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type PutObjectCommandInput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { BlobStore, PutOptions } from '../../domain/blob-store.ts';
import { errorCode } from '../error-code.ts';
import { bucketFailure, type BucketProvider, type FailureFacts } from './bucket-failure.ts';
import { bucketKeyFrom, bucketPrefixFrom, type BucketKey } from './bucket-key.ts';
import { withFailure } from './failing-stream.ts';
import { mediaTypeOf } from './media-types.ts';
import { endpointUrl, type S3Credentials } from './s3-credentials.ts';

/** Amazon takes 10,000 parts, so 80 GB. Two are on their way at once. */
const partBytes = 8 * 1024 * 1024;
const parallelParts = 2;
/** With the attempts below, a call that gets no answer ends within the time of the activity that writes records (20 s). */
const connectMs = 3_000;
const silenceMs = 15_000;
/** Services put the parts of a large object together before they answer; nobody waits for files in such a hurry. */
const uploadSilenceMs = 300_000;
const attempts = 3;

const provider: BucketProvider = { scheme: 's3', credentialsFlag: '--s3-credentials-file', facts };

export function createS3BlobStore(credentials: S3Credentials = {}): BlobStore {
  const client = new S3Client(clientConfig(credentials, silenceMs));
  const uploader = new S3Client(clientConfig(credentials, uploadSilenceMs));

  async function naming<T>(action: string, key: BucketKey, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw bucketFailure(provider, action, key, error);
    }
  }

  return {
    async put(key, content, options = {}) {
      const place = bucketKeyFrom(key);
      await naming('write', place, async () => {
        const Body = typeof content === 'string' ? Buffer.from(content) : content;
        await client.send(new PutObjectCommand({ ...inputFor(place, options), Body }));
      });
    },

    async putFile(key, path, options = {}) {
      const place = bucketKeyFrom(key);
      // Opened here so that a missing or unreadable source is not taken for trouble with the store.
      const source = await open(path, 'r');
      const Body = source.createReadStream();
      try {
        await naming('write', place, async () => {
          const params = { ...inputFor(place, options), Body };
          await new Upload({ client: uploader, params, partSize: partBytes, queueSize: parallelParts }).done();
        });
      } finally {
        Body.destroy();
        await source.close().catch(() => undefined);
      }
    },

    async get(key) {
      const place = bucketKeyFrom(key);
      return await naming('read', place, async () => {
        const found = await client.send(new GetObjectCommand(addressOf(place))).catch(absent);
        return await found?.Body?.transformToByteArray();
      });
    },

    async stream(key, { start = 0, end = Infinity } = {}) {
      const place = bucketKeyFrom(key);
      return await naming('read', place, async () => {
        if (start >= end) {
          return (await client.send(new HeadObjectCommand(addressOf(place))).catch(absent)) && Readable.from([]);
        }
        const Range = end === Infinity ? `bytes=${start}-` : `bytes=${start}-${end - 1}`;
        const isWhole = start === 0 && end === Infinity;
        try {
          const found = await client.send(new GetObjectCommand({ ...addressOf(place), ...(!isWhole && { Range }) }));
          return withFailure(found.Body as Readable, (error) => bucketFailure(provider, 'read', place, error));
        } catch (error) {
          // The object is there, and has nothing from `start` on.
          if (facts(error).status === 416) return Readable.from([]);
          return absent(error);
        }
      });
    },

    async stat(key) {
      const place = bucketKeyFrom(key);
      return await naming('read', place, async () => {
        const found = await client.send(new HeadObjectCommand(addressOf(place))).catch(absent);
        if (!found) return undefined;
        return {
          key,
          size: found.ContentLength ?? 0,
          updated: found.LastModified?.getTime() ?? 0,
          ...(found.ContentType && { contentType: found.ContentType }),
          ...(found.ContentEncoding && { contentEncoding: found.ContentEncoding }),
          ...(Object.keys(found.Metadata ?? {}).length > 0 && { metadata: found.Metadata ?? {} }),
        };
      });
    },

    async *list(prefix) {
      const { bucket, name = '' } = bucketPrefixFrom(prefix);
      let token: string | undefined;
      do {
        const page = await naming('list', { bucket, name }, () =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: name,
              // XML cannot hold all characters that names may have.
              EncodingType: 'url',
              ...(token !== undefined && { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Key, Size = 0, LastModified } of page.Contents ?? []) {
          if (Key === undefined) continue;
          const decoded = page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
          yield { key: `${bucket}/${decoded}`, size: Size, updated: LastModified?.getTime() ?? 0 };
        }
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },

    async delete(key) {
      const place = bucketKeyFrom(key);
      await naming('delete', place, async () => {
        await client.send(new DeleteObjectCommand(addressOf(place))).catch(absent);
      });
    },
  };
}

function clientConfig(credentials: S3Credentials, socketTimeout: number): S3ClientConfig {
  const { region, s3_force_path_style: forcePathStyle, access_key, secret_key } = credentials;
  const endpoint = endpointUrl(credentials);
  // Without any region the library takes it from the environment; services besides Amazon's care for none.
  const known = region ?? (endpoint === undefined ? undefined : 'us-east-1');
  // The versions in use are pinned and run here; their future is no matter for the logs of operators.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return {
    ...(known !== undefined && { region: known }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(access_key !== undefined &&
      secret_key !== undefined && { credentials: { accessKeyId: access_key, secretAccessKey: secret_key } }),
    followRegionRedirects: true,
    maxAttempts: attempts,
    // Many services besides Amazon's refuse the trailing checksums that the library would send otherwise.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectMs, socketTimeout },
  };
}

function addressOf({ bucket, name }: BucketKey): { Bucket: string; Key: string } {
  return { Bucket: bucket, Key: name };
}

function inputFor(place: BucketKey, { contentType, contentEncoding, metadata }: PutOptions): PutObjectCommandInput {
  const type = contentType ?? mediaTypeOf(place.name);
  return {
    ...addressOf(place),
    ...(type !== undefined && { ContentType: type }),
    ...(contentEncoding !== undefined && { ContentEncoding: contentEncoding }),
    ...(metadata && {
      Metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, ascii(value)])),
    }),
  };
}

/** Metadata travels in headers, which take nothing else. */
function ascii(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]+/gu, encodeURIComponent);
}

/** For calls where no object is an answer; no bucket is none, where the service tells the two apart. */
function absent(error: unknown): undefined {
  const { status, noBucket } = facts(error);
  if (status === 404 && !noBucket) return undefined;
  throw error;
}

function facts(error: unknown): FailureFacts {
  const name = error instanceof Error ? error.name : '';
  const status = statusOf(error);
  const said = error instanceof Error ? error.message || name : String(error);
  return {
    status,
    code: status !== undefined || errorCode(error) === '' ? name : errorCode(error),
    noBucket: name === 'NoSuchBucket',
    // What stands between us and the service, a proxy say, answers with a page, which the library cannot read.
    message: status !== undefined && !(error instanceof S3ServiceException) ? 'not in the words of S3' : said,
  };
}

/** Undefined where nobody answered. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
}
