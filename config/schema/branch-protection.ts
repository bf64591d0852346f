/**
 * The `branch-protection` section, as far as it has to decode; its meaning belongs to branch protection.
 */
import { z } from 'zod';
import { flag, int, map, part, texts } from './kinds.ts';

const Actors = z.object({
  apps: texts('Slugs of GitHub apps.'),
  users: texts('Logins.'),
  teams: texts('Slugs of teams.'),
});

const policy = {
  unmanaged: flag('Leave the branch alone: nothing is set or removed.'),
  protect: flag('Whether to protect.'),
  required_status_checks: part(
    z.object({ contexts: texts('Contexts that must succeed.'), strict: flag('The branch must be up to date.') }),
    'What must succeed before merging.',
  ),
  enforce_admins: flag('Administrators are bound too.'),
  restrictions: part(Actors, 'Who may push to the branch.'),
  require_manually_triggered_jobs: flag('Jobs that are started by hand are required too.'),
  required_pull_request_reviews: part(
    z.object({
      dismissal_restrictions: part(Actors, 'Who may dismiss reviews.'),
      dismiss_stale_reviews: flag('New commits dismiss reviews.'),
      require_code_owner_reviews: flag('Code owners must review.'),
      required_approving_review_count: int('Number of approvals.'),
      bypass_pull_request_allowances: part(Actors, 'Who may merge without reviews.'),
    }),
    'Which reviews are needed before merging.',
  ),
  required_linear_history: flag('No merge commits.'),
  allow_force_pushes: flag('Force pushes are allowed.'),
  allow_deletions: flag('The branch may be deleted.'),
  require_signed_commits: flag('Commits must be signed.'),
  exclude: texts('Regular expressions of branches left out.'),
  include: texts('Regular expressions of branches taken.'),
};

const Branch = z.object(policy);
const Repo = z.object({ ...policy, branches: map(Branch, 'Policies by branch.') });
const Org = z.object({ ...policy, repos: map(Repo, 'Policies by repository.') });

export const BranchProtection = z.object({
  ...policy,
  'protect-tested-repos': flag('Protect every repository with jobs.'),
  orgs: map(Org, 'Policies by organisation.'),
  allow_disabled_policies: flag('Policies without protection are allowed.'),
  allow_disabled_job_policies: flag('Required jobs without protection are allowed.'),
  protect_repos_with_optional_jobs: flag('Optional jobs count for protect-tested-repos.'),
});
