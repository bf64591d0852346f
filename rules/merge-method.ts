/** How Tide merges pulls of a repository, and the labels that ask for another way (spec tide.md). */
import type { MainConfig } from '../domain/main-config.ts';
import { compileRegex } from './regex.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

type BranchMethods = Record<string, MergeMethod>;
type RepoMethods = MergeMethod | BranchMethods;
type OrgMethods = MergeMethod | Record<string, RepoMethods>;

export interface TideLabels {
  squash_label?: string;
  rebase_label?: string;
  merge_label?: string;
}

export function tideLabels(main: MainConfig): TideLabels {
  return tideSection(main);
}

function tideSection(main: MainConfig): TideLabels & { merge_method?: Record<string, OrgMethods> } {
  const { tide } = main;
  return typeof tide === 'object' && tide !== null ? tide : {};
}

/**
 * In this order: `org/repo@branch`, the repository's branch expressions, `org/repo`, the repository within its organisation
 * (or `*` there), the organisation, `merge`.
 */
export function mergeMethod(main: MainConfig, org: string, repo: string, branch: string): MergeMethod {
  const methods = tideSection(main).merge_method ?? {};
  const direct = methods[`${org}/${repo}@${branch}`];
  if (branch !== '' && typeof direct === 'string') return direct;
  const ofOrg = methods[org];
  const repos = typeof ofOrg === 'object' ? ofOrg : {};
  const ofRepo = repos[repo] ?? repos['*'];
  if (typeof ofRepo === 'object') {
    for (const pattern of Object.keys(ofRepo).sort()) {
      const method = ofRepo[pattern];
      if (method && compileRegex(pattern).test(branch)) return method;
    }
  }
  const short = methods[`${org}/${repo}`];
  if (typeof short === 'string') return short;
  if (typeof ofRepo === 'string') return ofRepo;
  return typeof ofOrg === 'string' ? ofOrg : 'merge';
}
