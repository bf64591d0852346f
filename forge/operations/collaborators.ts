/** Collaborators of a repository. */
import { created, nothing, ok, type Call, type Operation } from '../api/operation.ts';
import type { Account, Permission, Repo } from '../model/entities.ts';
import { invalid, notFound } from '../model/errors.ts';
import { renderUser } from '../render/accounts.ts';
import { renderRepo, repoApi } from '../render/repos.ts';
import { nodeId } from '../model/node-id.ts';
import { collaboratorsOf, covers, parsePermission, permissionFlags, permissionOf } from '../rules/access.ts';

const all = '/repos/{owner}/{repo}/collaborators';
const one = `${all}/{username}`;

/** Owner, collaborator, or member of the organisation or of a team that has the repository. */
export function isCollaborator(call: Call, repo: Repo, user: Account): boolean {
  return collaboratorsOf(call.world, repo).some((each) => each.user.id === user.id);
}

/** GitHub shows four names where it has six rights. */
function roughPermission(permission: Permission): string {
  return { none: 'none', read: 'read', triage: 'read', write: 'write', maintain: 'write', admin: 'admin' }[permission];
}

export const collaboratorOperations: Operation[] = [
  {
    id: 'repos/list-collaborators',
    method: 'GET',
    path: all,
    handle: (call) => {
      const repo = call.repo('write');
      const affiliation = call.query.get('affiliation') ?? 'all';
      const wanted = parsePermission(call.query.get('permission') ?? 'read') ?? 'read';
      const people = collaboratorsOf(call.world, repo).filter(
        ({ user, permission }) =>
          covers(permission, wanted) && (affiliation === 'all' || repo.collaborators[user.id] !== undefined),
      );
      return call.page(people, ({ user, permission }) => ({
        ...renderUser(call.world, user),
        permissions: permissionFlags(permission),
        role_name: permission,
      }));
    },
  },
  {
    id: 'repos/check-collaborator',
    method: 'GET',
    path: one,
    handle: (call) => {
      if (!isCollaborator(call, call.repo('write'), call.user())) throw notFound();
      return nothing;
    },
  },
  {
    id: 'repos/get-collaborator-permission-level',
    method: 'GET',
    path: `${one}/permission`,
    handle: (call) => {
      const user = call.user();
      const permission = permissionOf(call.world, call.repo(), user);
      return ok({
        permission: roughPermission(permission),
        role_name: permission,
        user: { ...renderUser(call.world, user), permissions: permissionFlags(permission), role_name: permission },
      });
    },
  },
  {
    id: 'repos/add-collaborator',
    method: 'PUT',
    path: one,
    handle: async (call) => {
      const { world } = call;
      const repo = call.repo('admin');
      const user = call.user();
      const permission = parsePermission(call.body('Collaborator').text('permission') ?? 'push');
      if (permission === undefined || permission === 'none') throw invalid('Collaborator', 'permission', 'invalid');
      const isNew = repo.collaborators[user.id] === undefined;
      repo.collaborators[user.id] = permission;
      world.store.save('repos', repo);
      if (!isNew) return nothing;
      // There is nobody to accept invitations by mail: the answer is GitHub's, and the person is in at once.
      await world.tell({
        event: 'member',
        action: 'added',
        repo,
        sender: call.actor(),
        payload: () => ({ member: renderUser(world, user), changes: { permission: { to: permission } } }),
      });
      const id = world.store.nextId();
      return created({
        id,
        node_id: nodeId('RepositoryInvitation', id),
        repository: renderRepo(world, repo),
        invitee: renderUser(world, user),
        inviter: renderUser(world, call.actor()),
        permissions: permission,
        created_at: world.now(),
        url: `${repoApi(world, repo)}/invitations/${id}`,
        html_url: `${world.web}/invitations`,
      });
    },
  },
  {
    id: 'repos/remove-collaborator',
    method: 'DELETE',
    path: one,
    handle: async (call) => {
      const { world } = call;
      const repo = call.repo('admin');
      const user = call.user();
      if (repo.collaborators[user.id] === undefined) return nothing;
      delete repo.collaborators[user.id];
      world.store.save('repos', repo);
      await world.tell({
        event: 'member',
        action: 'removed',
        repo,
        sender: call.actor(),
        payload: () => ({ member: renderUser(world, user) }),
      });
      return nothing;
    },
  },
];
