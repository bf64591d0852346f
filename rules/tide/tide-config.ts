/** The section `tide` of the main configuration as rules read it. `config/schema/tide.ts` is its schema and checks it. */
import type { MainConfig } from '../../domain/main-config.ts';

/** Which pull requests may merge: those that meet all of it (spec tide.md 2.2). */
export interface TideQuery {
  orgs?: readonly string[];
  /** `org/repo`. */
  repos?: readonly string[];
  excludedRepos?: readonly string[];
  author?: string;
  /** One entry may hold alternatives, with commas between them. */
  labels?: readonly string[];
  missingLabels?: readonly string[];
  includedBranches?: readonly string[];
  excludedBranches?: readonly string[];
  milestone?: string;
  reviewApprovedRequired?: boolean;
}

/** One level of `context_options` (spec tide.md 2.4). */
export interface ContextOptions {
  'skip-unknown-contexts'?: boolean;
  'required-contexts'?: readonly string[];
  'required-if-present-contexts'?: readonly string[];
  'optional-contexts'?: readonly string[];
  'optional-regex-contexts'?: readonly string[];
  'from-branch-protection'?: boolean;
  'overwrite-pending-contexts'?: boolean;
}

interface RepoContextOptions extends ContextOptions {
  branches?: Readonly<Record<string, ContextOptions>>;
}

interface OrgContextOptions extends ContextOptions {
  repos?: Readonly<Record<string, RepoContextOptions>>;
}

export interface TideConfig {
  queries?: readonly TideQuery[];
  context_options?: ContextOptions & { orgs?: Readonly<Record<string, OrgContextOptions>> };
}

/** A base branch of a repository. */
export interface BranchPlace {
  org: string;
  repo: string;
  branch: string;
}

export function tideConfig({ tide }: MainConfig): TideConfig {
  return typeof tide === 'object' && tide !== null ? tide : {};
}

/** Whether a query is about a repository. An organisation that it lists decides alone (spec tide.md 2.2). */
export function queryCovers({ orgs, repos, excludedRepos }: TideQuery, org: string, repo: string): boolean {
  const name = `${org}/${repo}`;
  return orgs?.includes(org) ? !excludedRepos?.includes(name) : (repos?.includes(name) ?? false);
}
