/** What is wrong with a decoded `plugins.yaml` (spec plugins-review.md 0.8, A.5, C.14, C.18, C.28). */
import type { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { compileRegex } from '../rules/regex.ts';
import { checkRegex, checkTemplate, type Report } from './check-report.ts';
import type { PluginsFile } from './schema/plugins.ts';

type Plugins = z.infer<typeof PluginsFile>;

export function checkPlugins(decoded: Plugins, report: Report): void {
  checkEnabled(decoded, report);
  checkExternal(decoded, report);
  for (const key of ['approve', 'welcome', 'invalid_commit_msg'] as const)
    checkRepeatedRepos(key, decoded[key], report);
  checkSizes(decoded, report);
  checkRequiredLabels(decoded, report);
  checkCommitMessages(decoded, report);
  checkCherrypicker(decoded, report);
  for (const key of ['blunderbuss', 'rifle'] as const) checkReviewers(key, decoded[key], report);
  checkRegex(['cherry_pick_unapproved', 'branchregexp'], decoded.cherry_pick_unapproved?.branchregexp, report);
  checkRegex(['sigmention', 'regexp'], decoded.sigmention?.regexp, report);
  checkRegex(['heart', 'commentregexp'], decoded.heart?.commentregexp, report);
  for (const [index, { message_template }] of (decoded.welcome ?? []).entries()) {
    checkTemplate(['welcome', index, 'message_template'], message_template, report);
  }
}

/** Two plugins that would both ask for reviews. */
const rivals = ['blunderbuss', 'rifle'];

function checkEnabled({ plugins = {} }: Plugins, report: Report): void {
  const enabled = (key: string) => {
    const value = plugins[key];
    return Array.isArray(value) ? { plugins: value, excluded_repos: [] } : (value ?? {});
  };
  for (const key of Object.keys(plugins)) {
    const own = enabled(key).plugins ?? [];
    const [org = '', repo] = key.split('/');
    const { plugins: ofOrg = [], excluded_repos: excluded = [] } = repo === undefined ? {} : enabled(org);
    const inherited = repo !== undefined && !excluded.includes(repo) ? ofOrg : [];
    const twice = [...new Set(own)].filter((name) => inherited.includes(name));
    if (twice.length > 0) {
      report(['plugins', key], `lists ${twice.join(', ')}, which ${org} has already: remove it from one of them`);
    }
    const all = new Set([...own, ...inherited]);
    if (rivals.every((name) => all.has(name))) report(['plugins', key], `can have ${rivals.join(' or ')}, not both`);
  }
}

function checkExternal({ external_plugins: external = {} }: Plugins, report: Report): void {
  for (const [key, list] of Object.entries(external)) {
    const [org = '', repo] = key.split('/');
    const inherited = repo === undefined ? [] : (external[org] ?? []);
    for (const { name } of list) {
      if (inherited.some((each) => each.name === name)) {
        report(['external_plugins', key], `lists ${name}, which ${org} has already: remove it from one of them`);
      }
    }
  }
}

function checkRepeatedRepos(key: string, blocks: readonly { repos?: string[] }[] = [], report: Report): void {
  const seen = new Set<string>();
  for (const [index, { repos = [] }] of blocks.entries()) {
    for (const repo of repos) {
      if (seen.has(repo))
        report([key, index, 'repos'], `${repo} is in another block already; only one block can apply`);
      seen.add(repo);
    }
  }
}

/** The values as written, before defaults: so a few of them alone only pass where they are the largest. */
function checkSizes({ size }: Plugins, report: Report): void {
  if (!size) return;
  const { s = 0, m = 0, l = 0, xl = 0, xxl = 0 } = size;
  if (s > m || m > l || l > xl || xl > xxl)
    report(['size'], 'must grow from s over m, l and xl to xxl; set all of them');
}

function checkRequiredLabels({ require_matching_label: rules = [] }: Plugins, report: Report): void {
  for (const [index, rule] of rules.entries()) {
    const at = (key: string) => ['require_matching_label', index, key];
    const { org, repo, regexp, missing_label: missing, prs, issues, branch, grace_period: grace } = rule;
    if (!org) report(at('org'), 'must be set');
    if (repo?.includes('/')) report(at('repo'), 'must be the name alone, without the organisation');
    if (!prs && !issues) report(['require_matching_label', index], 'must be for prs or issues');
    if (!prs && branch) report(at('branch'), 'has no meaning for issues');
    if (!missing) report(at('missing_label'), 'must be set');
    if (grace && parseDuration(grace) < 0n) report(at('grace_period'), 'must not be negative');
    if (!regexp) report(at('regexp'), 'must be set');
    else checkMissingLabel(regexp, missing, at, report);
  }
}

function checkMissingLabel(
  regexp: string,
  missing: string | undefined,
  at: (key: string) => (string | number)[],
  report: Report,
): void {
  try {
    if (missing && compileRegex(regexp).test(missing)) {
      report(at('missing_label'), `must not match ${regexp}: it would count as the label that is missing`);
    }
  } catch {
    checkRegex(at('regexp'), regexp, report);
  }
}

const commitChecks = ['fixupPrefix', 'issueClosingKeywords'];

function checkCommitMessages({ invalid_commit_msg: blocks = [] }: Plugins, report: Report): void {
  for (const [index, { checks = [] }] of blocks.entries()) {
    for (const { name } of checks) {
      if (!commitChecks.includes(name)) {
        report(['invalid_commit_msg', index, 'checks'], `${JSON.stringify(name)} must be ${commitChecks.join(' or ')}`);
      }
    }
  }
}

function checkCherrypicker({ cherrypicker: options = {} }: Plugins, report: Report): void {
  const { label_prefix: prefix, labels = [] } = options;
  if (prefix?.trim() === '') {
    report(['cherrypicker', 'label_prefix'], 'must not be empty, or every label would ask for a pick: leave it out');
  }
  for (const [index, label] of labels.entries()) {
    if (label.trim() === '') report(['cherrypicker', 'labels', index], 'must be the name of a label: remove it');
  }
}

function checkReviewers(key: string, options: Plugins['blunderbuss'], report: Report): void {
  const { request_count: count, wait_for_status: wait } = options ?? {};
  if (count !== undefined && count < 1) report([key, 'request_count'], 'must be 1 or more');
  checkRegex([key, 'wait_for_status', 'description'], wait?.description, report);
}
