/**
 * Where the configuration has results of jobs stored: the buckets that records can be in.
 */
import { bucketKey, bucketOfKey } from '../domain/blob-key.ts';
import type { GcsConfiguration } from '../domain/job-config.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { installationStorage } from './prowjob-input.ts';

type Loaded = Pick<LoadedConfig, 'main' | 'presubmits' | 'postsubmits' | 'periodics'>;

/** As keys of blob storage begin, sorted. A bucket below another one is left out: a list of the other has it. */
export function bucketsOf({ main, presubmits, postsubmits, periodics }: Loaded): string[] {
  const jobs = [...[...presubmits.values()].flat(), ...[...postsubmits.values()].flat(), ...periodics];
  const storages: (GcsConfiguration | undefined)[] = [
    installationStorage,
    ...main.plank.default_decoration_config_entries.map(({ config }) => config?.gcs_configuration),
    ...jobs.map(({ decoration_config }) => decoration_config?.gcs_configuration),
  ];
  const buckets = new Set(storages.flatMap((storage) => (storage?.bucket ? [bucketKey(storage)] : [])));
  const isBelow = (bucket: string) => [...buckets].some((other) => bucket.startsWith(`${other}/`));
  return [...buckets].filter((bucket) => !isBelow(bucket)).toSorted();
}

/** Allowed buckets of each loaded configuration, which is never changed in place. */
const allowed = new WeakMap<Loaded, ReadonlySet<string>>();

/**
 * Whether the bucket of a key is one that the configuration stores results in, or that `deck.additional_allowed_buckets` names,
 * with or without its provider (spec deck.md 1.13).
 */
export function isAllowedBucket(key: string, config: Loaded): boolean {
  let buckets = allowed.get(config);
  if (!buckets) {
    const more = (config.main.deck.additional_allowed_buckets ?? []).flatMap((bucket) =>
      bucket.includes('://')
        ? [bucketKey({ bucket })]
        : [`gs://${bucket}`, `s3://${bucket}`].map((each) => bucketKey({ bucket: each })),
    );
    buckets = new Set([...bucketsOf(config), ...more].map(bucketOfKey));
    allowed.set(config, buckets);
  }
  return buckets.has(bucketOfKey(key));
}
