/**
 * The store that an installation has: everything in one local folder, or in the buckets that the configuration names
 * (`gs://`, `s3://`). Libraries of providers are loaded when a key first needs them.
 */
import type { BlobPlace } from '../../domain/blob-key.ts';
import type { BlobStore } from '../../domain/blob-store.ts';
import { bucketOfKey, bucketKey, defaultProvider, eventsBucket } from '../../domain/blob-key.ts';
import { installationStorage } from '../../rules/prowjob-input.ts';
import { createStoreByProvider } from './by-provider.ts';
import { createLocalBlobStore } from './local.ts';
import { readCredentials, readS3Credentials } from './s3-credentials.ts';
import { BlobKeyError } from './storage-error.ts';

export interface BlobsOptions {
  storage: 'local' | 'buckets';
  /** The local folder: of everything, or of runs that the configuration gives no bucket. */
  folder: string;
  gcsCredentialsFile?: string | undefined;
  s3CredentialsFile?: string | undefined;
}

/** Looks at credentials' files at once, at buckets when they are used. Rejects with StorageSettingsError. */
export async function openBlobs(options: BlobsOptions): Promise<BlobStore> {
  const local = createLocalBlobStore(options.folder);
  if (options.storage === 'local') return createStoreByProvider(() => Promise.resolve(local));
  const { gcsCredentialsFile, s3CredentialsFile } = options;
  if (gcsCredentialsFile) await readCredentials(gcsCredentialsFile, '--gcs-credentials-file');
  const s3Credentials = s3CredentialsFile ? await readS3Credentials(s3CredentialsFile) : {};
  let gcs: Promise<BlobStore> | undefined;
  let s3: Promise<BlobStore> | undefined;
  return createStoreByProvider(async ({ provider, rest }) => {
    if (isKeptHere({ provider, rest })) return local;
    if (provider === 'gs') {
      gcs ??= import('./gcs.ts').then(({ createGcsBlobStore }) =>
        createGcsBlobStore(gcsCredentialsFile ? { credentialsFile: gcsCredentialsFile } : {}),
      );
      return await gcs;
    }
    if (provider === 's3') {
      s3 ??= import('./s3.ts').then(({ createS3BlobStore }) => createS3BlobStore(s3Credentials));
      return await s3;
    }
    throw new BlobKeyError(`${provider}:${rest}`, `buckets of kind ${provider}:// are not served; use gs:// or s3://`);
  });
}

/** The installation's own buckets are none of a provider. */
export function isKeptHere({ provider, rest }: BlobPlace): boolean {
  return provider === defaultProvider && [bucketKey(installationStorage), eventsBucket].includes(bucketOfKey(rest));
}
