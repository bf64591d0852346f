/**
 * Who sees which job in Deck (spec deck.md 1.11): hidden jobs and repositories, and tenants.
 */
import type { ProwJob } from '../domain/prowjob.ts';

export interface Viewer {
  showHidden: boolean;
  hiddenOnly: boolean;
  /** When not empty: exactly the jobs of these tenants, hidden or not. */
  tenantIds: readonly string[];
}

export const defaultTenantId = 'GlobalDefaultID';

type Seen = Pick<ProwJob['spec'], 'hidden' | 'refs' | 'extra_refs' | 'prowjob_defaults'>;

export function isHidden(spec: Seen, hiddenRepos: readonly string[]): boolean {
  if (spec.hidden) return true;
  const refs = [...(spec.refs ? [spec.refs] : []), ...(spec.extra_refs ?? [])];
  return refs.some(({ org, repo }) => hiddenRepos.includes(org) || hiddenRepos.includes(`${org}/${repo}`));
}

export function canSee(spec: Seen, viewer: Viewer, hiddenRepos: readonly string[]): boolean {
  const tenant = spec.prowjob_defaults?.tenant_id ?? '';
  // Even where the empty id is listed, a job without defaults has no tenant at all.
  if (viewer.tenantIds.length > 0) return spec.prowjob_defaults !== undefined && viewer.tenantIds.includes(tenant);
  // The reference shows hidden jobs whatever their tenant; the spec rules that a leak [fix].
  if (tenant !== '' && tenant !== defaultTenantId) return false;
  if (isHidden(spec, hiddenRepos)) return viewer.showHidden || viewer.hiddenOnly;
  return !viewer.hiddenOnly;
}
