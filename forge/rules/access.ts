/** Who may do what with a repository. */
import type { Account, Installation, Permission, Repo } from '../model/entities.ts';
import type { World } from '../model/world.ts';

const order: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** Does somebody with `held` have all rights of `wanted`? */
export function covers(held: Permission, wanted: Permission): boolean {
  return order.indexOf(held) >= order.indexOf(wanted);
}

const higher = (a: Permission, b: Permission): Permission => (covers(a, b) ? a : b);

/** `pull`, `push` and the like, as requests name permissions. Undefined: no such permission. */
export function parsePermission(name: string): Permission | undefined {
  const old: Record<string, Permission> = { pull: 'read', push: 'write' };
  return old[name] ?? (order.includes(name as Permission) ? (name as Permission) : undefined);
}

/** As answers name them: `pull`, `triage`, `push`, `maintain`, `admin`. */
export function oldPermissionName(permission: Permission): string {
  return { none: 'pull', read: 'pull', triage: 'triage', write: 'push', maintain: 'maintain', admin: 'admin' }[
    permission
  ];
}

export function permissionFlags(permission: Permission): Record<string, boolean> {
  return {
    admin: covers(permission, 'admin'),
    maintain: covers(permission, 'maintain'),
    push: covers(permission, 'write'),
    triage: covers(permission, 'triage'),
    pull: covers(permission, 'read'),
  };
}

export function membershipOf(world: World, org: Account, user: Account) {
  return world.store.of('memberships', org.id).find((one) => one.userId === user.id);
}

export const isMember = (world: World, org: Account, user: Account): boolean =>
  membershipOf(world, org, user)?.state === 'active';

export const isOwner = (world: World, org: Account, user: Account): boolean => {
  const membership = membershipOf(world, org, user);
  return membership?.state === 'active' && membership.role === 'admin';
};

/** The right that a person has, by ownership, collaboration, teams and membership; `read` for all on public ones. */
export function permissionOf(world: World, repo: Repo, user: Account | undefined): Permission {
  let permission: Permission = repo.isPrivate ? 'none' : 'read';
  if (!user) return permission;
  if (user.siteAdmin || repo.ownerId === user.id) return 'admin';
  permission = higher(permission, repo.collaborators[user.id] ?? 'none');
  const owner = world.store.must('accounts', repo.ownerId);
  if (owner.type !== 'Organization') return permission;
  if (isOwner(world, owner, user)) return 'admin';
  if (isMember(world, owner, user)) permission = higher(permission, 'read');
  for (const team of world.store.of('teams', owner.id)) {
    if (team.members[user.id]) permission = higher(permission, team.repos[repo.id] ?? 'none');
  }
  return permission;
}

/** Does an App's installation reach the repository? */
export function reaches(installation: Installation, repo: Repo): boolean {
  return (
    installation.accountId === repo.ownerId && (installation.repoIds === null || installation.repoIds.includes(repo.id))
  );
}

/** People who may write to it directly: owner, collaborators, team members, owners of the organisation. */
export function collaboratorsOf(world: World, repo: Repo): { user: Account; permission: Permission }[] {
  const { store } = world;
  const owner = store.must('accounts', repo.ownerId);
  const ids = new Set<number>(Object.keys(repo.collaborators).map(Number));
  if (owner.type === 'Organization') {
    for (const member of store.of('memberships', owner.id)) if (member.state === 'active') ids.add(member.userId);
    for (const team of store.of('teams', owner.id)) {
      if (team.repos[repo.id]) for (const id of Object.keys(team.members)) ids.add(Number(id));
    }
  } else {
    ids.add(owner.id);
  }
  return [...ids]
    .map((id) => store.get('accounts', id))
    .filter((user) => user !== undefined)
    .map((user) => ({ user, permission: permissionOf(world, repo, user) }));
}

/** How an author stands to a repository, in GitHub's words. */
export function associationOf(world: World, repo: Repo, user: Account): string {
  const owner = world.store.must('accounts', repo.ownerId);
  if (owner.id === user.id) return 'OWNER';
  if (owner.type === 'Organization' && isMember(world, owner, user)) return 'MEMBER';
  if (repo.collaborators[user.id]) return 'COLLABORATOR';
  const merged = world.store
    .of('issues', repo.id)
    .some((issue) => issue.authorId === user.id && issue.pull !== null && issue.pull.mergedAt !== null);
  return merged ? 'CONTRIBUTOR' : 'NONE';
}
