/** People, organisations and teams. */
import { created, nothing, ok, type Call, type Operation } from '../api/operation.ts';
import type { Account, Membership, Team } from '../model/entities.ts';
import { invalid, notFound } from '../model/errors.ts';
import {
  renderFullOrganization,
  renderFullTeam,
  renderMembership,
  renderOrganization,
  renderProfile,
  renderTeam,
  renderUser,
} from '../render/accounts.ts';
import { renderRepo } from '../render/repos.ts';
import { isMember, membershipOf, parsePermission, permissionFlags } from '../rules/access.ts';

const org = '/orgs/{org}';
const team = `${org}/teams/{team_slug}`;

/** Members see all members; others those who show themselves. */
function members(call: Call, publicOnly: boolean): Membership[] {
  const found = call.org();
  const viewer = call.identity.account;
  const inside =
    call.identity.installation?.accountId === found.id ||
    (viewer && (viewer.siteAdmin || isMember(call.world, found, viewer)));
  const role = call.query.get('role') ?? 'all';
  return call.world.store
    .of('memberships', found.id)
    .filter((one) => one.state === 'active' && (one.isPublic || (inside && !publicOnly)))
    .filter((one) => role === 'all' || one.role === role);
}

const shownUser = (call: Call, id: number) => renderUser(call.world, call.world.store.must('accounts', id));

function teamOf(call: Call): Team {
  const { id } = call.org();
  call.actor();
  const found = call.world.store.of('teams', id).find((each) => each.slug === call.param('team_slug'));
  if (!found) throw notFound();
  return found;
}

function legacyTeam(call: Call): Team {
  call.actor();
  const found = call.world.store.get('teams', call.id('team_id'));
  if (!found) throw notFound();
  return found;
}

/** Members of a team and of the teams below it, as GitHub lists them. */
function teamMembers(call: Call, found: Team): Account[] {
  const role = call.query.get('role') ?? 'all';
  const ids = new Set<number>();
  const collect = (each: Team) => {
    for (const [id, held] of Object.entries(each.members)) if (role === 'all' || held === role) ids.add(Number(id));
    for (const child of call.world.store.of('teams', each.orgId)) if (child.parentId === each.id) collect(child);
  };
  collect(found);
  return [...ids].map((id) => call.world.store.must('accounts', id));
}

function teamMembership(call: Call, found: Team, user: Account) {
  const role = found.members[user.id];
  if (!role) throw notFound();
  const slug = call.world.store.must('accounts', found.orgId).login;
  return {
    url: `${call.world.api}/orgs/${slug}/teams/${found.slug}/memberships/${user.login}`,
    role,
    state: 'active',
  };
}

export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '');

async function tellTeam(call: Call, found: Team, event: string, action: string, member?: Account): Promise<void> {
  await call.world.tell({
    event,
    action,
    org: call.world.store.must('accounts', found.orgId),
    sender: call.actor(),
    payload: () => ({
      team: renderTeam(call.world, found),
      ...(member && { scope: 'team', member: renderUser(call.world, member) }),
    }),
  });
}

function membership(call: Call): Membership {
  const found = membershipOf(call.world, call.org(), call.user());
  if (!found) throw notFound();
  return found;
}

async function removeMember(call: Call) {
  const { world } = call;
  const organization = call.ownedOrg();
  const user = call.user();
  const found = membershipOf(world, organization, user);
  if (!found) throw notFound();
  const shown = renderMembership(world, found);
  world.store.remove('memberships', found.id);
  for (const each of world.store.of('teams', organization.id)) {
    if (!each.members[user.id]) continue;
    delete each.members[user.id];
    world.store.save('teams', each);
  }
  await world.tell({
    event: 'organization',
    action: 'member_removed',
    org: organization,
    sender: call.actor(),
    payload: () => ({ membership: shown }),
  });
  return nothing;
}

export const orgOperations: Operation[] = [
  {
    id: 'users/get-authenticated',
    method: 'GET',
    path: '/user',
    handle: (call) => ok(renderProfile(call.world, call.actor(), true)),
  },
  {
    id: 'users/get-by-username',
    method: 'GET',
    path: '/users/{username}',
    handle: (call) => ok(renderProfile(call.world, call.user(), false)),
  },
  {
    id: 'orgs/list-for-authenticated-user',
    method: 'GET',
    path: '/user/orgs',
    handle: (call) => {
      const actor = call.actor();
      const mine = call.world.store
        .all('memberships')
        .filter((one) => one.userId === actor.id && one.state === 'active');
      return call.page(mine, (one) => renderOrganization(call.world, call.world.store.must('accounts', one.orgId)));
    },
  },
  {
    id: 'orgs/list-for-user',
    method: 'GET',
    path: '/users/{username}/orgs',
    handle: (call) => {
      const { id } = call.user();
      const theirs = call.world.store.all('memberships').filter((one) => one.userId === id && one.isPublic);
      return call.page(theirs, (one) => renderOrganization(call.world, call.world.store.must('accounts', one.orgId)));
    },
  },
  {
    id: 'orgs/list-memberships-for-authenticated-user',
    method: 'GET',
    path: '/user/memberships/orgs',
    handle: (call) => {
      const actor = call.actor();
      const mine = call.world.store.all('memberships').filter((one) => one.userId === actor.id);
      return call.page(mine, (one) => renderMembership(call.world, one));
    },
  },
  {
    id: 'orgs/get-membership-for-authenticated-user',
    method: 'GET',
    path: '/user/memberships/orgs/{org}',
    handle: (call) => {
      const found = membershipOf(call.world, call.org(), call.actor());
      if (!found) throw notFound();
      return ok(renderMembership(call.world, found));
    },
  },
  { id: 'orgs/get', method: 'GET', path: org, handle: (call) => ok(renderFullOrganization(call.world, call.org())) },
  {
    id: 'orgs/list-members',
    method: 'GET',
    path: `${org}/members`,
    handle: (call) => call.page(members(call, false), (one) => shownUser(call, one.userId)),
  },
  {
    id: 'orgs/check-membership-for-user',
    method: 'GET',
    path: `${org}/members/{username}`,
    handle: (call) => {
      const { id } = call.user();
      if (!members(call, false).some((one) => one.userId === id)) throw notFound();
      return nothing;
    },
  },
  { id: 'orgs/remove-member', method: 'DELETE', path: `${org}/members/{username}`, handle: removeMember },
  {
    id: 'orgs/list-public-members',
    method: 'GET',
    path: `${org}/public_members`,
    handle: (call) => call.page(members(call, true), (one) => shownUser(call, one.userId)),
  },
  {
    id: 'orgs/check-public-membership-for-user',
    method: 'GET',
    path: `${org}/public_members/{username}`,
    handle: (call) => {
      const { id } = call.user();
      if (!members(call, true).some((one) => one.userId === id)) throw notFound();
      return nothing;
    },
  },
  {
    id: 'orgs/get-membership-for-user',
    method: 'GET',
    path: `${org}/memberships/{username}`,
    handle: (call) => {
      call.actor();
      return ok(renderMembership(call.world, membership(call)));
    },
  },
  {
    id: 'orgs/set-membership-for-user',
    method: 'PUT',
    path: `${org}/memberships/{username}`,
    handle: async (call) => {
      const { world } = call;
      const organization = call.ownedOrg();
      const user = call.user();
      const role = call.body('Membership').oneOf('role', ['admin', 'member']) ?? 'member';
      const before = membershipOf(world, organization, user);
      const one: Membership = {
        id: before?.id ?? world.store.nextId(),
        orgId: organization.id,
        userId: user.id,
        role,
        // Nobody reads invitations here: whoever is asked is in.
        state: 'active',
        isPublic: before?.isPublic ?? false,
      };
      world.store.save('memberships', one);
      if (!before) {
        await world.tell({
          event: 'organization',
          action: 'member_added',
          org: organization,
          sender: call.actor(),
          payload: () => ({ membership: renderMembership(world, one) }),
        });
      }
      return ok(renderMembership(world, one));
    },
  },
  {
    id: 'orgs/remove-membership-for-user',
    method: 'DELETE',
    path: `${org}/memberships/{username}`,
    handle: removeMember,
  },
  {
    id: 'orgs/list-pending-invitations',
    method: 'GET',
    path: `${org}/invitations`,
    handle: (call) => {
      call.ownedOrg();
      return call.page([], (one) => one);
    },
  },
  {
    id: 'teams/list',
    method: 'GET',
    path: `${org}/teams`,
    handle: (call) => {
      call.actor();
      return call.page(call.world.store.of('teams', call.org().id), (each) => renderTeam(call.world, each));
    },
  },
  {
    id: 'teams/create',
    method: 'POST',
    path: `${org}/teams`,
    handle: async (call) => {
      const { world } = call;
      const organization = call.ownedOrg();
      const body = call.body('Team');
      const name = body.needText('name');
      const slug = slugOf(name);
      if (world.store.of('teams', organization.id).some((each) => each.slug === slug)) {
        throw invalid('Team', 'name', 'already_exists', 'Name must be unique for this org');
      }
      const found: Team = {
        id: world.store.nextId(),
        orgId: organization.id,
        name,
        slug,
        description: body.text('description') ?? null,
        privacy: body.oneOf('privacy', ['closed', 'secret']) ?? 'secret',
        parentId: body.number('parent_team_id') ?? null,
        members: {},
        repos: {},
        createdAt: world.now(),
      };
      for (const login of body.texts('maintainers') ?? []) {
        const user = world.store.account(login);
        if (user) found.members[user.id] = 'maintainer';
      }
      world.store.save('teams', found);
      await tellTeam(call, found, 'team', 'created');
      return created(renderFullTeam(world, found));
    },
  },
  {
    id: 'teams/get-by-name',
    method: 'GET',
    path: team,
    handle: (call) => ok(renderFullTeam(call.world, teamOf(call))),
  },
  {
    id: 'teams/update-in-org',
    method: 'PATCH',
    path: team,
    handle: (call) => {
      call.ownedOrg();
      const found = teamOf(call);
      const body = call.body('Team');
      const name = body.text('name');
      if (name !== undefined) Object.assign(found, { name, slug: slugOf(name) });
      if (body.has('description')) found.description = body.text('description') ?? null;
      found.privacy = body.oneOf('privacy', ['closed', 'secret']) ?? found.privacy;
      if (body.has('parent_team_id')) found.parentId = body.number('parent_team_id') ?? null;
      call.world.store.save('teams', found);
      return ok(renderFullTeam(call.world, found));
    },
  },
  {
    id: 'teams/delete-in-org',
    method: 'DELETE',
    path: team,
    handle: async (call) => {
      call.ownedOrg();
      const found = teamOf(call);
      await tellTeam(call, found, 'team', 'deleted');
      call.world.store.remove('teams', found.id);
      return nothing;
    },
  },
  {
    id: 'teams/list-members-in-org',
    method: 'GET',
    path: `${team}/members`,
    handle: (call) => call.page(teamMembers(call, teamOf(call)), (user) => renderUser(call.world, user)),
  },
  {
    id: 'teams/list-members-legacy',
    method: 'GET',
    path: '/teams/{team_id}/members',
    handle: (call) => call.page(teamMembers(call, legacyTeam(call)), (user) => renderUser(call.world, user)),
  },
  {
    id: 'teams/get-legacy',
    method: 'GET',
    path: '/teams/{team_id}',
    handle: (call) => ok(renderFullTeam(call.world, legacyTeam(call))),
  },
  {
    id: 'teams/get-membership-for-user-in-org',
    method: 'GET',
    path: `${team}/memberships/{username}`,
    handle: (call) => ok(teamMembership(call, teamOf(call), call.user())),
  },
  {
    id: 'teams/add-or-update-membership-for-user-in-org',
    method: 'PUT',
    path: `${team}/memberships/{username}`,
    handle: async (call) => {
      call.ownedOrg();
      const found = teamOf(call);
      const user = call.user();
      const isNew = !found.members[user.id];
      found.members[user.id] = call.body('Membership').oneOf('role', ['member', 'maintainer']) ?? 'member';
      call.world.store.save('teams', found);
      if (isNew) await tellTeam(call, found, 'membership', 'added', user);
      return ok(teamMembership(call, found, user));
    },
  },
  {
    id: 'teams/remove-membership-for-user-in-org',
    method: 'DELETE',
    path: `${team}/memberships/{username}`,
    handle: async (call) => {
      call.ownedOrg();
      const found = teamOf(call);
      const user = call.user();
      if (!found.members[user.id]) throw notFound();
      delete found.members[user.id];
      call.world.store.save('teams', found);
      await tellTeam(call, found, 'membership', 'removed', user);
      return nothing;
    },
  },
  {
    id: 'teams/list-child-in-org',
    method: 'GET',
    path: `${team}/teams`,
    handle: (call) => {
      const found = teamOf(call);
      const children = call.world.store.of('teams', found.orgId).filter((each) => each.parentId === found.id);
      return call.page(children, (each) => renderTeam(call.world, each));
    },
  },
  {
    id: 'teams/list-repos-in-org',
    method: 'GET',
    path: `${team}/repos`,
    handle: (call) => {
      const found = teamOf(call);
      const repos = Object.keys(found.repos)
        .map((id) => call.world.store.get('repos', Number(id)))
        .filter((repo) => repo !== undefined);
      return call.page(repos, (repo) => ({
        ...renderRepo(call.world, repo),
        permissions: permissionFlags(found.repos[repo.id] ?? 'read'),
        role_name: found.repos[repo.id] ?? 'read',
      }));
    },
  },
  {
    id: 'teams/check-permissions-for-repo-in-org',
    method: 'GET',
    path: `${team}/repos/{owner}/{repo}`,
    handle: (call) => {
      const found = teamOf(call);
      const repo = call.repo();
      const permission = found.repos[repo.id];
      if (!permission) throw notFound();
      if (!call.accept.includes('repository+json')) return nothing;
      return ok({ ...renderRepo(call.world, repo), permissions: permissionFlags(permission), role_name: permission });
    },
  },
  {
    id: 'teams/add-or-update-repo-permissions-in-org',
    method: 'PUT',
    path: `${team}/repos/{owner}/{repo}`,
    handle: (call) => {
      call.ownedOrg();
      const found = teamOf(call);
      const permission = parsePermission(call.body('Team').text('permission') ?? 'push');
      if (permission === undefined) throw invalid('Team', 'permission', 'invalid');
      found.repos[call.repo().id] = permission;
      call.world.store.save('teams', found);
      return nothing;
    },
  },
  {
    id: 'teams/remove-repo-in-org',
    method: 'DELETE',
    path: `${team}/repos/{owner}/{repo}`,
    handle: (call) => {
      call.ownedOrg();
      const found = teamOf(call);
      delete found.repos[call.repo().id];
      call.world.store.save('teams', found);
      return nothing;
    },
  },
  {
    id: 'orgs/list-outside-collaborators',
    method: 'GET',
    path: `${org}/outside_collaborators`,
    handle: (call) => {
      const organization = call.ownedOrg();
      const ids = call.world.store
        .of('repos', organization.id)
        .flatMap((repo) => Object.keys(repo.collaborators).map(Number));
      const outside = [...new Set(ids)]
        .map((id) => call.world.store.must('accounts', id))
        .filter((user) => !isMember(call.world, organization, user));
      return call.page(outside, (user) => renderUser(call.world, user));
    },
  },
];
