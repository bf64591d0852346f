/**
 * Blob keys (`blob-key.ts`) of a run, on top of Prow's paths in `storage-paths.ts`.
 */
import { bucketKey } from './blob-key.ts';
import type { GcsConfiguration } from './job-config.ts';
import type { ProwJobSpec } from './prowjob.ts';
import { jobDirectory } from './storage-paths.ts';

/** Blob key of the folder that holds all runs of the job, without a trailing slash. */
export function bucketDirectory(spec: ProwJobSpec, storage: GcsConfiguration): string {
  return `${bucketKey(storage)}/${jobDirectory(spec, storage)}`;
}

/** Blob key of one run's folder, without a trailing slash. */
export function runKey(spec: ProwJobSpec, storage: GcsConfiguration, buildId: string): string {
  return `${bucketDirectory(spec, storage)}/${buildId}`;
}

/** Blob key of a run's record. */
export function recordKey(spec: ProwJobSpec, storage: GcsConfiguration, buildId: string): string {
  return `${runKey(spec, storage, buildId)}/prowjob.json`;
}
