/**
 * What the section `branch-protection` demands of a branch, as far as merging depends on it (spec tide.md 6, 7). Whether the code
 * host has been told is not asked.
 */
import type { MainConfig } from '../../domain/main-config.ts';
import type { BranchPlace } from './tide-config.ts';

interface Policy {
  protect?: boolean;
  require_manually_triggered_jobs?: boolean;
  required_status_checks?: { contexts?: readonly string[] };
}

interface RepoPolicy extends Policy {
  branches?: Readonly<Record<string, Policy>>;
}

interface OrgPolicy extends Policy {
  repos?: Readonly<Record<string, RepoPolicy>>;
}

interface BranchProtection extends Policy {
  orgs?: Readonly<Record<string, OrgPolicy>>;
  'protect-tested-repos'?: boolean;
  protect_repos_with_optional_jobs?: boolean;
}

export interface BranchPolicy {
  /** Undefined where no level says it. */
  protect?: boolean;
  /** Contexts that must have succeeded, of all levels, if the branch is protected. */
  contexts: readonly string[];
  /** Jobs that only people start are required like the others. */
  requiresManualJobs: boolean;
  /** Unprotected branches become protected by jobs: by required ones, or by any. */
  protectsTested?: 'required' | 'any';
}

/**
 * Undefined where nothing is said that counts: the organisation is not listed, or the branch is, without `protect`, which Prow calls
 * an error. A branch that is not to be protected demands nothing.
 */
export function branchPolicy(main: MainConfig, { org, repo, branch }: BranchPlace): BranchPolicy | undefined {
  const all = (main['branch-protection'] ?? {}) as BranchProtection;
  const ofOrg = all.orgs?.[org];
  if (!ofOrg) return undefined;
  const ofRepo = ofOrg.repos?.[repo];
  const ofBranch = ofRepo?.branches?.[branch];
  const levels: readonly Policy[] = [all, ofOrg, ofRepo ?? {}, ofBranch ?? {}];
  const protect = deepest(levels.map((level) => level.protect));
  if (ofBranch && protect === undefined) return undefined;
  if (protect === false) return { protect, contexts: [], requiresManualJobs: false };
  return {
    ...(protect !== undefined && { protect }),
    contexts: levels.flatMap((level) => level.required_status_checks?.contexts ?? []),
    requiresManualJobs: deepest(levels.map((level) => level.require_manually_triggered_jobs)) ?? false,
    ...(all['protect-tested-repos'] && {
      protectsTested: all.protect_repos_with_optional_jobs ? ('any' as const) : ('required' as const),
    }),
  };
}

/** The last that says anything. */
export function deepest<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.findLast((value) => value !== undefined);
}
