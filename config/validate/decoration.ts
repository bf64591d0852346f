/**
 * The merged decoration configuration (spec jobs.md 1.10). It counts by its presence: a job with `decorate: false` and one
 * of its own is decorated, and then needs all of it.
 */
import { parseBucket } from '../../domain/bucket.ts';
import type { GcsConfiguration, JobBase } from '../../domain/job-config.ts';
import { climbs } from '../../domain/storage-problem.ts';
import type { Report } from './report.ts';

const images = ['clonerefs', 'initupload', 'entrypoint', 'sidecar'] as const;
const strategies = ['legacy', 'single', 'explicit'];
/** Go's `mime.ParseMediaType`: a token, or two with a slash; parameters after it. */
const mediaType = /^\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+(\/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?\s*(;.*)?$/s;

export function checkDecoration(job: JobBase, report: Report): void {
  const decoration = job.decoration_config;
  if (!decoration) return;
  const key = 'decoration_config';
  const missing = images.filter((image) => !decoration.utility_images?.[image]);
  if (missing.length > 0) {
    const hint = job.decorate
      ? 'plank.default_decoration_config_entries'
      : 'decorate: true, which takes them from the defaults';
    report(`${key}.utility_images`, `must name the images ${missing.join(', ')} (see ${hint})`);
  }
  if (decoration.gcs_configuration) checkStorage(decoration.gcs_configuration, `${key}.gcs_configuration`, report);
  else report(`${key}.gcs_configuration`, 'must be set: it says where results go');
  if (decoration.oauth_token_secret && decoration.ssh_key_secrets?.length) {
    report(key, 'may have oauth_token_secret or ssh_key_secrets, not both');
  }
}

function checkStorage(storage: GcsConfiguration, key: string, report: Report): void {
  try {
    if (climbs(parseBucket(storage.bucket ?? '').path)) report(`${key}.bucket`, 'may not have ".." in its path');
  } catch (error) {
    report(`${key}.bucket`, error instanceof Error ? error.message : String(error));
  }
  if (climbs(storage.path_prefix)) report(`${key}.path_prefix`, 'may not have "." or ".." as a part');
  for (const [extension, type] of Object.entries(storage.mediaTypes ?? {})) {
    if (!mediaType.test(type)) report(`${key}.mediaTypes.${extension}`, 'must be a media type such as text/plain');
  }
  const { path_strategy: strategy = '' } = storage;
  if (!strategies.includes(strategy)) return report(`${key}.path_strategy`, `must be one of ${strategies.join(', ')}`);
  if (strategy !== 'explicit' && !(storage.default_org && storage.default_repo)) {
    report(`${key}.path_strategy`, `${strategy} needs default_org and default_repo`);
  }
}
