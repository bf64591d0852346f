/**
 * What makes the `tide` section unusable: merge methods, templates and queries.
 */
import type { Report } from './check-report.ts';
import { checkRegex, checkTemplate } from './check-report.ts';
import type { DecodedMain } from './main-defaults.ts';
import type { KeyPath } from './schema/decode-context.ts';

type Tide = NonNullable<DecodedMain['tide']>;
type Query = NonNullable<Tide['queries']>[number];

function isEmpty(value: object | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

const mergeMethods = ['merge', 'squash', 'rebase'];
const mergeBlockPolicies = ['ignore', 'permit', 'block'];

function checkMergeMethods(base: KeyPath, methods: unknown, report: Report, level: 'org' | 'repo' | 'branch'): void {
  if (typeof methods === 'string') {
    if ((methods !== '' || level === 'branch') && !mergeMethods.includes(methods)) {
      report(base, `must be one of ${mergeMethods.join(', ')}`);
    }
    return;
  }
  if (typeof methods !== 'object' || methods === null) return;
  const next = level === 'org' ? 'repo' : 'branch';
  for (const [key, value] of Object.entries(methods)) {
    if (level === 'repo') checkRegex([...base, key], key, report);
    checkMergeMethods([...base, key], value, report, next);
  }
}

const queryLists = [
  'orgs',
  'repos',
  'excludedRepos',
  'labels',
  'missingLabels',
  'includedBranches',
  'excludedBranches',
] as const;

function checkQueryRepos(base: KeyPath, query: Query, report: Report): void {
  const orgs = new Set(query.orgs);
  query.orgs?.forEach((org, index) => {
    if (org === '' || org.includes('/')) report([...base, 'orgs', index], 'must be the name of an organisation');
  });
  for (const field of ['repos', 'excludedRepos'] as const) {
    query[field]?.forEach((repo, index) => {
      const [org = '', name = '', ...more] = repo.split('/');
      if (!org || !name || more.length > 0) report([...base, field, index], 'must have the form org/repo');
      else if (field === 'repos' && orgs.has(org))
        report([...base, field, index], `is part of the organisation ${org}, which the query has already`);
      else if (field === 'excludedRepos' && !orgs.has(org)) {
        report([...base, field, index], `has no effect, because the query does not have the organisation ${org}`);
      }
    });
  }
}

function checkQuery(base: KeyPath, query: Query, report: Report): void {
  if (!query.orgs?.length && !query.repos?.length) report(base, 'must name orgs or repos');
  checkQueryRepos(base, query, report);
  for (const field of queryLists) {
    const entries = query[field] ?? [];
    const double = entries.find((entry, index) => entries.indexOf(entry) !== index);
    if (double !== undefined) report([...base, field], `has ${double} twice`);
  }
  const both = query.labels?.find((label) => query.missingLabels?.includes(label));
  if (both !== undefined) report([...base, 'missingLabels'], `has ${both}, which is required too`);
  if (query.includedBranches?.length && query.excludedBranches?.length) {
    report([...base, 'excludedBranches'], 'has no effect beside includedBranches: use one of them');
  }
}

export function checkTide(tide: Tide | undefined, report: Report): void {
  if (!tide) return;
  if ((tide.max_goroutines ?? 0) < 0) report(['tide', 'max_goroutines'], 'must be positive');
  if (tide.target_url && !isEmpty(tide.target_urls)) {
    report(['tide', 'target_url'], 'is the older form of target_urls: use only one of them');
  }
  if (tide.pr_status_base_url && !isEmpty(tide.pr_status_base_urls)) {
    report(['tide', 'pr_status_base_url'], 'is the older form of pr_status_base_urls: use only one of them');
  } else if (!isEmpty(tide.pr_status_base_urls) && !('*' in (tide.pr_status_base_urls ?? {}))) {
    report(['tide', 'pr_status_base_urls'], "needs an entry for '*'");
  }
  for (const [org, methods] of Object.entries(tide.merge_method ?? {})) {
    checkMergeMethods(['tide', 'merge_method', org], methods, report, 'org');
  }
  for (const [key, template] of Object.entries(tide.merge_commit_template ?? {})) {
    checkTemplate(['tide', 'merge_commit_template', key, 'title'], template.title, report);
    checkTemplate(['tide', 'merge_commit_template', key, 'body'], template.body, report);
  }
  tide.queries?.forEach((query, index) => checkQuery(['tide', 'queries', index], query, report));
  for (const [key, policy] of Object.entries(tide.github_merge_blocks_policy ?? {})) {
    if (!mergeBlockPolicies.includes(policy)) {
      report(['tide', 'github_merge_blocks_policy', key], `must be one of ${mergeBlockPolicies.join(', ')}`);
    }
  }
}
