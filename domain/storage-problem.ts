/**
 * Names that would lead out of a run's folder: Prow joins paths, so that `..` in one of them climbs into the folders of others, or
 * out of the bucket. A declared difference: such a job is refused.
 */
import { parseBucket } from './bucket.ts';
import type { GcsConfiguration } from './job-config.ts';
import type { ProwJobSpec } from './prowjob.ts';

/** What is wrong, in words; undefined where every run has a folder of its own below the bucket. */
export function storageProblem(
  { job, refs }: Pick<ProwJobSpec, 'job' | 'refs'>,
  storage: GcsConfiguration,
): string | undefined {
  let bucket;
  try {
    bucket = parseBucket(storage.bucket ?? '');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const parts: [string, string | undefined][] = [
    ['the name of the job', job],
    ['refs.org', refs?.org],
    ['refs.repo', refs?.repo],
    ['gcs_configuration.path_prefix', storage.path_prefix],
    ['gcs_configuration.bucket', bucket.path],
  ];
  const climbing = parts.find(([, text]) => climbs(text));
  return climbing && `${climbing[0]} may not have "." or ".." as a part: ${JSON.stringify(climbing[1])}`;
}

/** Whether a path has a part that is none. */
export function climbs(path = ''): boolean {
  return path.split('/').some((part) => part === '.' || part === '..');
}
