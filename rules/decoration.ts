/**
 * How a job's `decoration_config` comes together from defaults and its own settings (spec jobs.md 1.10): per field, later
 * entries over earlier ones, the job over all. Nothing given is changed; results share unchanged parts.
 */
import type { DecorationConfig, GcsConfiguration, ProwJobDefaults } from '../domain/job-config.ts';
import type { DecorationEntry, ProwJobDefaultEntry } from '../domain/main-config.ts';
import { matchesEntry } from './entry-match.ts';

/** Text fields for which an empty text is a setting, because the reference keeps pointers for them. */
const emptyTextCounts: ReadonlySet<string> = new Set([
  'gcs_credentials_secret',
  's3_credentials_secret',
  'default_service_account_name',
  'cookiefile_secret',
]);
/** List fields for which an explicit empty list is a setting. */
const emptyListCounts: ReadonlySet<string> = new Set([
  'include_directories',
  'exclude_directories',
  'compress_file_types',
  'tolerations',
]);

function isSet(field: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (value === '') return emptyTextCounts.has(field);
  return !Array.isArray(value) || value.length > 0 || emptyListCounts.has(field);
}

/** `over`'s set fields on top of `below`'s. */
function mergeFields<T extends object>(over: T | undefined, below: T | undefined): T | undefined {
  if (!over || !below) return over ?? below;
  const kept = Object.entries(over).filter(([field, value]) => isSet(field, value) || !(field in below));
  return Object.assign({}, below, Object.fromEntries(kept));
}

/** Media types are united, and the lower layer wins where both have one: a quirk that configurations may rely on. */
function mergeGcs(
  over: GcsConfiguration | undefined,
  below: GcsConfiguration | undefined,
): GcsConfiguration | undefined {
  const merged = mergeFields(over, below);
  if (!over || !below || !merged) return merged;
  if (!over.mediaTypes && !below.mediaTypes) return merged;
  return { ...merged, mediaTypes: { ...over.mediaTypes, ...below.mediaTypes } };
}

/** One decoration config over another. */
export function mergeDecoration(
  over: DecorationConfig | undefined,
  below: DecorationConfig | undefined,
): DecorationConfig | undefined {
  if (!over || !below) return over ?? below;
  const parts = {
    utility_images: mergeFields(over.utility_images, below.utility_images),
    resources: mergeFields(over.resources, below.resources),
    gcs_configuration: mergeGcs(over.gcs_configuration, below.gcs_configuration),
    censoring_options: mergeFields(over.censoring_options, below.censoring_options),
    scheduling_options: mergeFields(over.scheduling_options, below.scheduling_options),
  };
  const present = Object.entries(parts).filter(([, part]) => part !== undefined);
  return Object.assign({}, mergeFields(over, below), Object.fromEntries(present));
}

/** Merges the matching entries and the job's own config. `repo` and `cluster` as for `matchesEntry`. */
export function effectiveDecoration(
  entries: readonly DecorationEntry[],
  repo: string,
  cluster: string,
  own?: DecorationConfig,
): DecorationConfig {
  return mergeDecoration(own, defaultDecoration(entries, repo, cluster)) ?? {};
}

/** What all matching entries say together; undefined where none matches. */
export function defaultDecoration(
  entries: readonly DecorationEntry[],
  repo: string,
  cluster: string,
): DecorationConfig | undefined {
  let merged: DecorationConfig | undefined;
  for (const entry of entries) if (matchesEntry(entry, repo, cluster)) merged = mergeDecoration(entry.config, merged);
  return merged;
}

/** Tenant of jobs that name none. */
export const defaultTenantId = 'GlobalDefaultID';

/** The same for `prowjob_defaults`. */
export function effectiveProwJobDefaults(
  entries: readonly ProwJobDefaultEntry[],
  repo: string,
  cluster: string,
  own?: ProwJobDefaults,
): ProwJobDefaults {
  let merged: ProwJobDefaults | undefined;
  for (const entry of entries) if (matchesEntry(entry, repo, cluster)) merged = mergeFields(entry.config, merged);
  const result = mergeFields(own, merged) ?? {};
  return result.tenant_id ? result : { ...result, tenant_id: defaultTenantId };
}
