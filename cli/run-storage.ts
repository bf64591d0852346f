/**
 * The storage configuration that a run was stored with, found without the configuration files: from its spec, or from the
 * folder that its memo names.
 */
import type { GcsConfiguration } from '../domain/job-config.ts';
import type { ProwJobSpec } from '../domain/prowjob.ts';
import { jobDirectory } from '../domain/storage-paths.ts';

const strategies = ['explicit', 'legacy', 'single'] as const;

/** `directory` is the memo's: `<bucket>/<prefix>/logs/<job>`. */
export function storageOf(spec: ProwJobSpec, directory: string | undefined): GcsConfiguration {
  const own = spec.decoration_config?.gcs_configuration;
  if (own?.bucket || !directory) return own ?? {};
  for (const path_strategy of strategies) {
    const tail = `/${jobDirectory(spec, { path_strategy })}`;
    // All that comes before the job's own folder is bucket and prefix, whatever the border between them.
    if (directory.endsWith(tail)) return { bucket: directory.slice(0, -tail.length), path_strategy };
  }
  return {};
}
