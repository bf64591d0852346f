/** git over HTTP: who may read and write, and what a push sets off. */
import type { Readable } from 'node:stream';
import { identify, type Identity } from '../api/identity.ts';
import { advertise, serve, type GitService } from '../git/smart-http.ts';
import { isBranchName, type Ref } from '../git/repository.ts';
import type { Repo } from '../model/entities.ts';
import { ApiError } from '../model/errors.ts';
import { covers, permissionOf, reaches } from '../rules/access.ts';
import { pushRef } from '../rules/pulls.ts';
import { hangUp, type Exchange, type Parts } from './exchange.ts';

const pattern = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Is this one of git's requests? */
export const isGitPath = (path: string): boolean => pattern.test(path);

export async function serveGit(parts: Parts, exchange: Exchange): Promise<void> {
  const { request, reply, url } = exchange;
  const [, owner = '', name = '', action = ''] = pattern.exec(url.pathname) ?? [];
  const service = (action === 'info/refs' ? url.searchParams.get('service') : action) as GitService;
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') {
    await reply.code(403).type('text/plain').send('Please upgrade your git client: only smart HTTP is served.');
    return;
  }
  const operation = service.replace('git-', 'git/');
  let caller = 'unknown';
  const note = (status: number) =>
    parts.calls.note({ operation, method: request.method, path: url.pathname, status, caller });
  try {
    const identity = identify(parts.world, request.headers.authorization, request.ip);
    caller = identity.key;
    const repo = allowed(parts, identity, owner, name, service);
    const fault = action === 'info/refs' ? undefined : parts.faults.take(operation);
    if (fault && fault.kind !== 'drop' && fault.kind !== 'stale') {
      note(fault.status ?? 500);
      if (fault.kind === 'refuse') hangUp(exchange);
      else await reply.code(fault.status ?? 500).send(fault.message ?? 'Fault on request');
      return;
    }
    const protocol = request.headers['git-protocol'];
    const call = {
      dir: parts.world.repositories.of(repo).dir,
      service,
      protocol: typeof protocol === 'string' ? protocol : undefined,
    };
    void reply.headers({ 'cache-control': 'no-cache, max-age=0, must-revalidate' });
    if (action === 'info/refs') {
      note(200);
      await reply.type(`application/x-${service}-advertisement`).send(await advertise(call));
      return;
    }
    void reply.type(`application/x-${service}-result`);
    const body = request.body as Readable;
    const encoding = request.headers['content-encoding'];
    if (service === 'git-upload-pack') {
      note(200);
      await reply.send(serve(call, body, encoding).answer);
      return;
    }
    const answer = await receive(parts, repo, identity, () => serve(call, body, encoding));
    note(fault ? 0 : 200);
    if (fault) hangUp(exchange);
    else await reply.send(answer);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    note(error.status);
    if (error.status === 401) void reply.header('www-authenticate', 'Basic realm="forge"');
    await reply.code(error.status).type('text/plain').send(error.message);
  }
}

function allowed(parts: Parts, identity: Identity, owner: string, name: string, service: GitService): Repo {
  const { world } = parts;
  const repo = world.store.repo(owner, name);
  const held = !repo
    ? 'none'
    : identity.installation && reaches(identity.installation, repo)
      ? 'write'
      : permissionOf(world, repo, identity.account);
  const wanted = service === 'git-upload-pack' ? 'read' : 'write';
  if (repo && covers(held, wanted)) {
    if (wanted === 'write' && repo.archived)
      throw new ApiError(403, 'This repository was archived so it is read-only.');
    return repo;
  }
  // GitHub asks those who say nothing for a name, and tells others that there is no such repository.
  if (!identity.account) throw new ApiError(401, 'Authentication required');
  throw covers(held, 'read')
    ? new ApiError(403, `Permission to ${owner}/${name}.git denied to ${identity.account.login}.`)
    : new ApiError(404, 'Repository not found.');
}

/** Lets git take a push, and then lets the host see what has moved, before the client hears that it is done. */
async function receive(
  parts: Parts,
  repo: Repo,
  identity: Identity,
  start: () => ReturnType<typeof serve>,
): Promise<Buffer> {
  const repository = parts.world.repositories.of(repo);
  return await repository.exclusive(async () => {
    const before = await repository.refs();
    const { answer, ended } = start();
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    await ended;
    const after = await repository.refs();
    const actor = identity.account;
    if (actor) for (const move of moves(before, after)) await pushRef(parts.world, repo, actor, move);
    await followFirstBranch(parts, repo, after);
    return Buffer.concat(chunks);
  });
}

function moves(before: readonly Ref[], after: readonly Ref[]) {
  const old = new Map(before.map((ref) => [ref.ref, ref.sha]));
  const now = new Map(after.map((ref) => [ref.ref, ref.sha]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((ref) => /^refs\/(?:heads|tags)\//.test(ref) && old.get(ref) !== now.get(ref))
    .map((ref) => ({ ref, before: old.get(ref) ?? null, after: now.get(ref) ?? null }));
}

/** The first branch of an empty repository is its default branch, whatever it is called. */
async function followFirstBranch({ world }: Parts, repo: Repo, refs: readonly Ref[]): Promise<void> {
  const branches = refs
    .filter((ref) => ref.ref.startsWith('refs/heads/'))
    .map((ref) => ref.ref.slice('refs/heads/'.length));
  const [first] = branches;
  if (first === undefined || branches.length !== 1 || first === repo.defaultBranch || !isBranchName(first)) return;
  repo.defaultBranch = first;
  world.store.save('repos', repo);
  await world.repositories.of(repo).setHead(first);
}
