/** What webhooks hear of a ref that has moved: `push`, `create`, `delete`. */
import { changedFiles } from '../git/diff.ts';
import { zeroSha, type Commit } from '../git/repository.ts';
import type { Account, Repo } from '../model/entities.ts';
import type { Json, World } from '../model/world.ts';
import { repoWeb } from '../render/repos.ts';

export interface RefMove {
  ref: string;
  /** Null: the ref is new. */
  before: string | null;
  /** Null: the ref is gone. */
  after: string | null;
}

/** Tells of a ref that has moved already. */
export async function tellPush(world: World, repo: Repo, actor: Account, move: RefMove): Promise<void> {
  repo.pushedAt = world.now();
  world.store.save('repos', repo);
  const branch = /^refs\/heads\/(.+)$/.exec(move.ref)?.[1];
  const tag = /^refs\/tags\/(.+)$/.exec(move.ref)?.[1];
  const short = branch ?? tag;
  if (short === undefined) return;
  const kind = branch === undefined ? 'tag' : 'branch';
  if (move.before === null) {
    await world.tell({
      event: 'create',
      repo,
      sender: actor,
      payload: () => ({
        ref: short,
        ref_type: kind,
        master_branch: repo.defaultBranch,
        description: repo.description,
        pusher_type: 'user',
      }),
    });
  }
  await world.tell({
    event: 'push',
    repo,
    sender: actor,
    payload: async () => await pushPayload(world, repo, actor, move),
  });
  if (move.after === null) {
    await world.tell({
      event: 'delete',
      repo,
      sender: actor,
      payload: () => ({ ref: short, ref_type: kind, pusher_type: 'user' }),
    });
  }
}

async function pushPayload(world: World, repo: Repo, actor: Account, { ref, before, after }: RefMove): Promise<Json> {
  const repository = world.repositories.of(repo);
  const commits =
    after === null || !ref.startsWith('refs/heads/')
      ? []
      : await repository.log(after, { count: 20, ...(before === null ? {} : { not: before }) });
  if (before === null) commits.splice(1);
  const rendered: Json[] = [];
  for (const commit of commits.reverse()) rendered.push(await pushedCommit(world, repo, commit));
  const head = rendered.at(-1) ?? null;
  const forced = before !== null && after !== null && !(await repository.isAncestor(before, after));
  return {
    ref,
    before: before ?? zeroSha,
    after: after ?? zeroSha,
    created: before === null,
    deleted: after === null,
    forced,
    base_ref: null,
    compare: `${repoWeb(world, repo)}/compare/${(before ?? zeroSha).slice(0, 12)}...${(after ?? zeroSha).slice(0, 12)}`,
    commits: rendered,
    head_commit: head,
    pusher: { name: actor.login, email: actor.email ?? `${actor.login}@users.noreply.localhost` },
  };
}

async function pushedCommit(world: World, repo: Repo, commit: Commit): Promise<Json> {
  const files = await changedFiles(world.repositories.of(repo), commit.parents[0], commit.sha);
  const named = (...kinds: string[]) =>
    files.filter((file) => kinds.includes(file.status)).map((file) => file.filename);
  const person = ({ name, email, date }: Commit['author']) => {
    const account = world.store.all('accounts').find((one) => one.email === email);
    return { name, email, date, ...(account && { username: account.login }) };
  };
  const renamed = files.filter((file) => file.status === 'renamed');
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repoWeb(world, repo)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: [...named('added', 'copied'), ...renamed.map((file) => file.filename)],
    removed: [...named('removed'), ...renamed.map((file) => file.previousFilename ?? '')],
    modified: named('modified', 'changed'),
  };
}
