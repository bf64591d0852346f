/**
 * Keys of blob storage: `<bucket>/<path>`, with the provider and a colon before the bucket where it is not `gs`
 * (`s3:results/logs/job/1`). No bucket's name has a colon, so the two forms cannot be confused, and a key stays usable as a path.
 */
import { parseBucket } from './bucket.ts';
import type { GcsConfiguration } from './job-config.ts';

/** What bare buckets mean (spec jobs.md 2.2). */
export const defaultProvider = 'gs';

/** For webhooks and what is read of repositories, where no setting names another; its own, since Deck shows other buckets. */
export const eventsBucket = 'bowsprit-events';

export interface BlobPlace {
  /** `gs`, `s3` or another scheme. */
  provider: string;
  /** The key within the provider: `<bucket>/<path>`. */
  rest: string;
}

export function placeOfKey(key: string): BlobPlace {
  const [, provider = defaultProvider, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):)?(.*)$/s.exec(key) ?? [];
  return { provider, rest };
}

export function keyOfPlace({ provider, rest }: BlobPlace): string {
  return provider === defaultProvider ? rest : `${provider}:${rest}`;
}

/** How keys in the configured bucket begin, without a trailing slash. Throws an Error that names the bucket. */
export function bucketKey(storage: GcsConfiguration): string {
  const { provider, name, path } = parseBucket(storage.bucket ?? '');
  return keyOfPlace({ provider, rest: `${name}${path}`.replace(/\/+$/, '') });
}

/** The bucket of a key, without the path that a configuration may add: `s3:results` of `s3:results/team/logs/job`. */
export function bucketOfKey(key: string): string {
  return key.split('/', 1)[0] ?? '';
}
