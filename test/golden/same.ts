/**
 * Equality of the golden data's objects: absent, null, empty text, empty list, empty map, false and 0 are one thing, except in
 * fields where the reference keeps a pointer (golden data, jobs/README.md).
 */

/** Fields whose empty values mean something of their own. */
const pointerFields: ReadonlySet<string> = new Set([
  'gcs_credentials_secret',
  's3_credentials_secret',
  'default_service_account_name',
  'cookiefile_secret',
  'skip_cloning',
  'blobless_fetch',
  'censor_secrets',
  'upload_ignores_interrupts',
  'set_limit_equals_memory_request',
  'run_as_user',
  'run_as_group',
  'fs_group',
  'report',
  'automountServiceAccountToken',
  'enableServiceLinks',
  'shareProcessNamespace',
  'terminationGracePeriodSeconds',
  'activeDeadlineSeconds',
  'tolerationSeconds',
  'runAsUser',
  'runAsGroup',
  'fsGroup',
  'runAsNonRoot',
  'privileged',
  'allowPrivilegeEscalation',
  'readOnlyRootFilesystem',
  'defaultMode',
  'decorate',
  'timeout',
  'grace_period',
]);

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value without what counts as absent; undefined if nothing is left. */
function essence(value: unknown, field: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (pointerFields.has(field) && typeof value !== 'object') return value;
  if (value === '' || value === 0 || value === false) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => essence(item, '') ?? null);
  if (!isRecord(value)) return value;
  const kept = Object.keys(value)
    .toSorted()
    .map((key) => [key, essence(value[key], key)] as const)
    .filter(([, part]) => part !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Whether two values of the golden data say the same. */
export function sameGolden(ours: unknown, golden: unknown): boolean {
  return JSON.stringify(essence(ours, '')) === JSON.stringify(essence(golden, ''));
}
