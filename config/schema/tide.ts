/**
 * The `tide` section, as far as it has to decode; its meaning belongs to tide.
 */
import { z } from 'zod';
import { duration, flag, int, list, map, part, text, textMap, texts } from './kinds.ts';

const contextPolicy = {
  'skip-unknown-contexts': flag('Contexts that no job reports are optional.'),
  'required-contexts': texts('Contexts that must succeed.'),
  'required-if-present-contexts': texts('Contexts that must succeed where they exist.'),
  'optional-contexts': texts('Contexts that may fail.'),
  'optional-regex-contexts': texts('Regular expressions of contexts that may fail.'),
  'from-branch-protection': flag('Take required contexts from branch protection.'),
  'overwrite-pending-contexts': flag('Set pending contexts to success on merging a batch.'),
};
const BranchContextPolicy = z.object(contextPolicy);
const RepoContextPolicy = z.object({ ...contextPolicy, branches: map(BranchContextPolicy, 'Policies by branch.') });
const OrgContextPolicy = z.object({ ...contextPolicy, repos: map(RepoContextPolicy, 'Policies by repository.') });

const mergeMethod = z.string();
const RepoMergeMethod = z.union([mergeMethod, z.record(z.string(), mergeMethod)]);
const OrgMergeMethod = z.union([mergeMethod, z.record(z.string(), RepoMergeMethod)]);

const MergeCommitTemplate = z.object({
  title: text('Go template of the first line.'),
  body: text('Go template of the text below it.'),
});

export const TideQuery = z.object({
  author: text('Login of the author of the pull requests.'),
  labels: texts('Labels that must be there.'),
  missingLabels: texts('Labels that must not be there.'),
  excludedBranches: texts('Base branches left out.'),
  includedBranches: texts('Base branches taken; all if unset.'),
  milestone: text('Title of the milestone.'),
  reviewApprovedRequired: flag('A GitHub review must approve.'),
  orgs: texts('Organisations, with all their repositories.'),
  repos: texts('Repositories as org/repo.'),
  excludedRepos: texts('Repositories left out of the organisations.'),
});

const GerritQueryFilter = z.object({
  branches: texts('Branches taken.'),
  excluded_branches: texts('Branches left out.'),
  opt_in_by_default: flag('Take changes without the auto-submit label.'),
});

export const GerritOrgRepos = z.object({
  org: text('Gerrit instance, with https://.'),
  repos: texts('Repositories of it.'),
  opt_out_help: flag('Do not answer with help texts.'),
  filters: part(GerritQueryFilter, 'Which changes are looked at.'),
});

export const Tide = z.object({
  gerrit: part(
    z.object({ queries: list(GerritOrgRepos, 'Repositories on Gerrit.'), ratelimit: int('Requests per second.') }),
    'Merging on Gerrit.',
  ),
  sync_period: duration('Pause between rounds.'),
  max_goroutines: int('Repositories worked on at the same time; positive.'),
  batch_size_limit: map(z.int(), 'Largest batch, by *, org or org/repo; -1 means no batches.'),
  prioritize_existing_batches: map(z.boolean(), 'Whether running batches come first, by *, org or org/repo.'),
  github_merge_blocks_policy: textMap(
    'What is done where GitHub blocks a merge, by *, org or org/repo: ignore, permit or block.',
  ),
  status_update_period: duration('Pause between updates of the status context; sync_period by default.'),
  queries: list(TideQuery, 'Which pull requests may merge.'),
  merge_method: map(OrgMergeMethod, 'merge, squash or rebase, by org, repository and branch.'),
  merge_commit_template: map(MergeCommitTemplate, 'Go templates of merge commits, by *, org or org/repo.'),
  target_url: text('URL that the status context links to.'),
  target_urls: textMap('The same, by *, org or org/repo.'),
  pr_status_base_url: text('URL of the page that shows a pull request and what it waits for.'),
  pr_status_base_urls: textMap('The same, by *, org or org/repo.'),
  blocker_label: text('Label of issues that block merges.'),
  squash_label: text('Label that asks for squashing.'),
  rebase_label: text('Label that asks for rebasing.'),
  merge_label: text('Label that asks for a merge commit.'),
  context_options: part(
    z.object({ ...contextPolicy, orgs: map(OrgContextPolicy, 'Policies by organisation.') }),
    'Which contexts count.',
  ),
  priority: list(
    z.object({ labels: texts('All of them must be there.') }),
    'Labels whose pull requests merge first, by step.',
  ),
  display_all_tide_queries_in_status: flag('List all queries in the status.'),
});
