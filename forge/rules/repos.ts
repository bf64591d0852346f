/** Making and removing repositories. */
import type { Account, Repo } from '../model/entities.ts';
import { ApiError } from '../model/errors.ts';
import type { World } from '../model/world.ts';
import { renderRepo } from '../render/repos.ts';
import { personOf } from './pulls.ts';

export interface NewRepo {
  name: string;
  description?: string | null;
  isPrivate?: boolean;
  defaultBranch?: string;
  /** Starts it with a README. */
  autoInit?: boolean;
}

export async function createRepo(world: World, owner: Account, actor: Account, wanted: NewRepo): Promise<Repo> {
  const { store } = world;
  if (!/^[\w.-]{1,100}$/.test(wanted.name) || /^\.+$|\.git$/.test(wanted.name)) {
    throw refuse('name', 'name is invalid');
  }
  if (store.repo(owner.login, wanted.name)) throw refuse('name', 'name already exists on this account');
  const repo = blankRepo(world, owner, wanted);
  const repository = await world.repositories.create(repo);
  store.save('repos', repo);
  if (wanted.autoInit) {
    const sha = await repository.writeBlob(Buffer.from(`# ${repo.name}\n`));
    const tree = await repository.writeTree(undefined, [{ path: 'README.md', mode: '100644', sha }]);
    const author = personOf(world, actor);
    const commit = await repository.writeCommit({
      tree,
      parents: [],
      message: 'Initial commit',
      author,
      committer: author,
    });
    await repository.moveRef(`refs/heads/${repo.defaultBranch}`, commit);
  }
  await tellRepo(world, repo, actor, 'created');
  return repo;
}

/** Forks that are being made, by parent and owner. */
const underWay = new Map<string, Promise<Repo>>();

/** One that there is already is the answer, also where it is only being made. */
export async function forkRepo(
  world: World,
  parent: Repo,
  owner: Account,
  actor: Account,
  name = parent.name,
): Promise<Repo> {
  const key = `${world.api} ${parent.id} ${owner.id}`;
  const making = underWay.get(key) ?? makeFork(world, parent, owner, actor, name);
  underWay.set(key, making);
  try {
    return await making;
  } finally {
    underWay.delete(key);
  }
}

async function makeFork(world: World, parent: Repo, owner: Account, actor: Account, name: string): Promise<Repo> {
  const existing = world.store.of('repos', owner.id).find((repo) => repo.parentId === parent.id);
  if (existing) return existing;
  if (world.store.repo(owner.login, name)) throw refuse('name', 'name already exists on this account');
  const fork = {
    ...blankRepo(world, owner, { name, description: parent.description, isPrivate: parent.isPrivate }),
    parentId: parent.id,
    defaultBranch: parent.defaultBranch,
  };
  await world.repositories.create(fork, parent);
  world.store.save('repos', fork);
  await world.tell({
    event: 'fork',
    repo: parent,
    sender: actor,
    payload: () => ({ forkee: { ...renderRepo(world, fork), public: !fork.isPrivate } }),
  });
  return fork;
}

/** With its issues and everything else that hangs on it. Open pull requests from it stay, without their branch. */
export async function deleteRepo(world: World, repo: Repo, actor: Account): Promise<void> {
  const { store } = world;
  await tellRepo(world, repo, actor, 'deleted');
  for (const issue of store.of('issues', repo.id)) {
    for (const kind of ['comments', 'reviews', 'reviewComments', 'issueEvents'] as const) {
      for (const each of store.of(kind, issue.id)) store.remove(kind, each.id);
    }
    store.remove('issues', issue.id);
  }
  for (const kind of ['labels', 'milestones'] as const)
    for (const each of store.of(kind, repo.id)) store.remove(kind, each.id);
  for (const kind of ['statuses', 'checkRuns', 'checkSuites'] as const) {
    for (const each of store.all(kind)) if (each.repoId === repo.id) store.remove(kind, each.id);
  }
  for (const hook of store.of('hooks', `repo ${repo.id}`)) store.remove('hooks', hook.id);
  for (const issue of store.all('issues')) {
    if (issue.pull?.headRepoId === repo.id)
      store.save('issues', { ...issue, pull: { ...issue.pull, headRepoId: null } });
  }
  store.remove('repos', repo.id);
  await world.repositories.remove(repo);
}

export async function tellRepo(world: World, repo: Repo, sender: Account, action: string): Promise<void> {
  await world.tell({ event: 'repository', action, repo, sender, payload: () => ({}) });
}

function blankRepo(world: World, owner: Account, wanted: NewRepo): Repo {
  const now = world.now();
  return {
    id: world.store.nextId(),
    ownerId: owner.id,
    name: wanted.name,
    description: wanted.description ?? null,
    isPrivate: wanted.isPrivate ?? false,
    archived: false,
    parentId: null,
    defaultBranch: wanted.defaultBranch ?? 'main',
    allowMergeCommit: true,
    allowSquashMerge: true,
    allowRebaseMerge: true,
    deleteBranchOnMerge: false,
    allowUpdateBranch: false,
    collaborators: {},
    protections: {},
    topics: [],
    nextNumber: 1,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
  };
}

function refuse(field: string, message: string): ApiError {
  return new ApiError(422, 'Repository creation failed.', {
    errors: [{ resource: 'Repository', field, code: 'custom', message }],
  });
}
