/**
 * Where the configuration has results of jobs stored: the buckets that records can be in.
 */
import type { GcsConfiguration } from '../domain/job-config.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { bucketName } from '../domain/storage-paths.ts';
import { installationStorage } from './prowjob-input.ts';

/** As keys of blob storage begin, sorted. A bucket below another one is left out: a list of the other has it. */
export function bucketsOf({
  main,
  presubmits,
  postsubmits,
  periodics,
}: Pick<LoadedConfig, 'main' | 'presubmits' | 'postsubmits' | 'periodics'>): string[] {
  const jobs = [...[...presubmits.values()].flat(), ...[...postsubmits.values()].flat(), ...periodics];
  const storages: (GcsConfiguration | undefined)[] = [
    installationStorage,
    ...main.plank.default_decoration_config_entries.map(({ config }) => config?.gcs_configuration),
    ...jobs.map(({ decoration_config }) => decoration_config?.gcs_configuration),
  ];
  const buckets = new Set(storages.flatMap((storage) => (storage?.bucket ? [bucketName(storage)] : [])));
  const isBelow = (bucket: string) => [...buckets].some((other) => bucket.startsWith(`${other}/`));
  return [...buckets].filter((bucket) => !isBelow(bucket)).toSorted();
}
