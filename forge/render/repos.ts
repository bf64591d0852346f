/** Repositories and their settings as the REST interface shows them. */
import type { Account, Protection, Repo } from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import { fullName, ownerOf, type Json, type World } from '../model/world.ts';
import { permissionFlags, permissionOf } from '../rules/access.ts';
import { renderFullTeam, renderOrganization, renderUser } from './accounts.ts';

export const repoApi = (world: World, repo: Repo): string => `${world.api}/repos/${fullName(world, repo)}`;
export const repoWeb = (world: World, repo: Repo): string => `${world.web}/${fullName(world, repo)}`;

const linkEndings: Record<string, string> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

/** @param viewer whose permissions are told; undefined: none are */
export function renderRepo(world: World, repo: Repo, viewer?: Account): Json {
  const url = repoApi(world, repo);
  const html = repoWeb(world, repo);
  const issues = world.store.of('issues', repo.id).filter((issue) => issue.state === 'open').length;
  const forks = world.store.all('repos').filter((other) => other.parentId === repo.id).length;
  return {
    id: repo.id,
    node_id: nodeId('Repository', repo.id),
    name: repo.name,
    full_name: fullName(world, repo),
    private: repo.isPrivate,
    owner: renderUser(world, ownerOf(world, repo)),
    html_url: html,
    description: repo.description,
    fork: repo.parentId !== null,
    url,
    ...Object.fromEntries(Object.entries(linkEndings).map(([name, ending]) => [name, `${url}${ending}`])),
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
    pushed_at: repo.pushedAt,
    git_url: `git:${html.replace(/^https?:/, '')}.git`,
    ssh_url: `git@${new URL(html).hostname}:${fullName(world, repo)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: repo.archived,
    disabled: false,
    open_issues_count: issues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: repo.topics,
    custom_properties: {},
    visibility: repo.isPrivate ? 'private' : 'public',
    forks,
    open_issues: issues,
    watchers: 0,
    default_branch: repo.defaultBranch,
    ...(viewer && { permissions: permissionFlags(permissionOf(world, repo, viewer)) }),
  };
}

/** With its settings, as `GET /repos/{owner}/{repo}` answers. */
export function renderFullRepo(world: World, repo: Repo, viewer?: Account): Json {
  const owner = ownerOf(world, repo);
  const parent = repo.parentId === null ? undefined : world.store.get('repos', repo.parentId);
  return {
    ...renderRepo(world, repo, viewer),
    allow_squash_merge: repo.allowSquashMerge,
    allow_merge_commit: repo.allowMergeCommit,
    allow_rebase_merge: repo.allowRebaseMerge,
    allow_auto_merge: false,
    allow_update_branch: repo.allowUpdateBranch,
    delete_branch_on_merge: repo.deleteBranchOnMerge,
    network_count: 0,
    subscribers_count: 0,
    ...(owner.type === 'Organization' && { organization: renderUser(world, owner) }),
    ...(parent && { parent: renderRepo(world, parent), source: renderRepo(world, parent) }),
  };
}

/** As webhooks name the organisation. */
export const renderPayloadOrganization = renderOrganization;

export function renderProtection(world: World, repo: Repo, branch: string, protection: Protection): Json {
  const url = `${repoApi(world, repo)}/branches/${encodeURIComponent(branch)}/protection`;
  const { requiredStatusChecks: checks, requiredReviews: reviews, restrictions } = protection;
  const owner = ownerOf(world, repo);
  return {
    url,
    ...(checks && {
      required_status_checks: renderRequiredChecks(world, repo, branch, checks),
    }),
    ...(reviews && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: reviews.dismissStale,
        require_code_owner_reviews: reviews.requireCodeOwners,
        required_approving_review_count: reviews.count,
        require_last_push_approval: false,
      },
    }),
    ...(restrictions && {
      restrictions: {
        url: `${url}/restrictions`,
        users_url: `${url}/restrictions/users`,
        teams_url: `${url}/restrictions/teams`,
        apps_url: `${url}/restrictions/apps`,
        users: restrictions.users
          .map((login) => world.store.account(login))
          .filter((user) => user !== undefined)
          .map((user) => renderUser(world, user)),
        teams: world.store
          .of('teams', owner.id)
          .filter((team) => restrictions.teams.includes(team.slug))
          .map((team) => ({ ...renderFullTeam(world, team), parent: null })),
        apps: [],
      },
    }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    required_linear_history: { enabled: protection.requiredLinearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}

export function renderRequiredChecks(
  world: World,
  repo: Repo,
  branch: string,
  checks: NonNullable<Protection['requiredStatusChecks']>,
): Json {
  const url = `${repoApi(world, repo)}/branches/${encodeURIComponent(branch)}/protection/required_status_checks`;
  return {
    url,
    strict: checks.strict,
    contexts: checks.contexts,
    contexts_url: `${url}/contexts`,
    checks: checks.contexts.map((context) => ({ context, app_id: null })),
    enforcement_level: 'non_admins',
  };
}
