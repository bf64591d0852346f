/** People, organisations and teams as the REST interface shows them. */
import type { Account, Membership, Permission, Team } from '../model/entities.ts';
import { nodeId } from '../model/node-id.ts';
import type { Json, World } from '../model/world.ts';
import { oldPermissionName, permissionFlags } from '../rules/access.ts';

export function renderUser(world: World, account: Account): Json {
  const url = `${world.api}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${world.web}/_forge/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.web}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: account.siteAdmin,
  };
}

export function renderUserId(world: World, id: number | null): Json | null {
  const account = id === null ? undefined : world.store.get('accounts', id);
  return account ? renderUser(world, account) : null;
}

/** With what a profile page shows. @param own with what only the person sees */
export function renderProfile(world: World, account: Account, own: boolean): Json {
  const repos = world.store.of('repos', account.id);
  const secret = repos.filter((repo) => repo.isPrivate).length;
  return {
    ...renderUser(world, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repos.length - secret,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    ...(own && {
      private_gists: 0,
      total_private_repos: secret,
      owned_private_repos: secret,
      disk_usage: 0,
      collaborators: 0,
      two_factor_authentication: false,
      plan: { name: 'free', space: 0, collaborators: 0, private_repos: 0 },
    }),
  };
}

export function renderOrganization(world: World, org: Account): Json {
  const url = `${world.api}/orgs/${org.login}`;
  return {
    login: org.login,
    id: org.id,
    node_id: nodeId('Organization', org.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.web}/_forge/avatars/${org.id}`,
    description: '',
  };
}

export function renderFullOrganization(world: World, org: Account): Json {
  const repos = world.store.of('repos', org.id);
  return {
    ...renderOrganization(world, org),
    name: org.name ?? org.login,
    html_url: `${world.web}/${org.login}`,
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: repos.filter((repo) => !repo.isPrivate).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    type: 'Organization',
    default_repository_permission: 'read',
    members_can_create_repositories: false,
    created_at: org.createdAt,
    updated_at: org.createdAt,
    archived_at: null,
  };
}

export function renderMembership(world: World, membership: Membership): Json {
  const org = world.store.must('accounts', membership.orgId);
  const user = world.store.must('accounts', membership.userId);
  return {
    url: `${world.api}/orgs/${org.login}/memberships/${user.login}`,
    state: membership.state,
    role: membership.role,
    organization_url: `${world.api}/orgs/${org.login}`,
    organization: renderOrganization(world, org),
    user: renderUser(world, user),
  };
}

/** @param permission on the repository that it is listed for */
export function renderSimpleTeam(world: World, team: Team, permission: Permission = 'read'): Json {
  const org = world.store.must('accounts', team.orgId);
  const url = `${world.api}/organizations/${team.orgId}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled',
    permission: oldPermissionName(permission),
    url,
    html_url: `${world.web}/orgs/${org.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: team.orgId,
  };
}

export function renderTeam(world: World, team: Team, permission: Permission = 'read'): Json {
  const parent = team.parentId === null ? undefined : world.store.get('teams', team.parentId);
  return {
    ...renderSimpleTeam(world, team, permission),
    permissions: permissionFlags(permission),
    parent: parent ? renderSimpleTeam(world, parent) : null,
  };
}

export function renderFullTeam(world: World, team: Team): Json {
  return {
    ...renderTeam(world, team),
    created_at: team.createdAt,
    updated_at: team.createdAt,
    members_count: Object.keys(team.members).length,
    repos_count: Object.keys(team.repos).length,
    organization: renderFullOrganization(world, world.store.must('accounts', team.orgId)),
  };
}
