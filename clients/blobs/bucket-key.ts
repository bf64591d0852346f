/**
 * Which keys a bucket can hold. Stricter than the providers are: what a local folder refuses for its safety is refused here, too,
 * so that a run's files are the same wherever they are stored.
 */
import { BlobKeyError } from './storage-error.ts';

/** The limit of S3 and GCS, in bytes. */
const longestName = 1024;
const bucketForm = /^[A-Za-z0-9][A-Za-z0-9._-]{1,221}$/;

export interface BucketKey {
  bucket: string;
  /** The object's name in the bucket. */
  name: string;
}

/** Throws BlobKeyError. */
export function bucketKeyFrom(key: string): BucketKey {
  const { bucket, name } = bucketPrefixFrom(key);
  if (name === undefined) throw new BlobKeyError(key, 'it has no path below its bucket');
  for (const part of name.split('/')) {
    if (part === '') throw new BlobKeyError(key, 'it has an empty part');
    if (part === '.' || part === '..') throw new BlobKeyError(key, `"${part}" is no name`);
  }
  if (name.includes('\0')) throw new BlobKeyError(key, 'it contains a NUL character');
  // Else the text that is sent is another one.
  if (/\p{Surrogate}/u.test(name)) throw new BlobKeyError(key, 'it is no valid Unicode');
  if (Buffer.byteLength(name) > longestName) throw new BlobKeyError(key, `it exceeds ${longestName} bytes`);
  return { bucket, name };
}

/** For lists: any beginning of keys that has the whole bucket. Throws BlobKeyError. */
export function bucketPrefixFrom(prefix: string): { bucket: string; name?: string } {
  const cut = prefix.indexOf('/');
  const bucket = cut < 0 ? prefix : prefix.slice(0, cut);
  if (bucket === '')
    throw new BlobKeyError(prefix, cut < 0 ? 'it has no path below its bucket' : 'it has an empty part');
  if (!bucketForm.test(bucket)) throw new BlobKeyError(prefix, `${JSON.stringify(bucket)} is no name of a bucket`);
  return cut < 0 ? { bucket } : { bucket, name: prefix.slice(cut + 1) };
}
