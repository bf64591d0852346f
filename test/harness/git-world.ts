/** A forge with repositories, and mirrors of them in a folder of their own: what tests of the queue `git` work with. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMirrors, type Mirrors, type MirrorsOptions, type MirrorTarget } from '../../clients/git/mirrors.ts';
import type { CodeHost, GitAccess } from '../../domain/review/host.ts';
import type { Repository } from '../../forge/git/repository.ts';
import { testWorld, type TestWorld } from '../../forge/test-world.ts';
import { createGitHubHost } from '../../providers/github/create-github-host.ts';

export interface GitWorld extends TestWorld {
  /** Mirrors, ended with the world. */
  mirrors: (options?: Partial<MirrorsOptions>) => Mirrors;
  /** A folder for mirrors that nobody else uses. */
  folder: () => Promise<string>;
  /** Another forge client with the token of a person. */
  host: (login?: string) => CodeHost;
  target: (repo?: string, access?: () => Promise<GitAccess>) => MirrorTarget;
  /** Puts files on a branch; resolves with the SHA of its head. */
  commit: (branch: string, files: Record<string, string | null>, options?: CommitOptions) => Promise<string>;
  /** The repository on the forge's own disk. */
  repository: (repo?: string) => Repository;
  /** How often git has asked what there is. */
  fetches: () => number;
}

export interface CommitOptions {
  repo?: string;
  from?: string;
  message?: string;
  author?: string;
}

/** With the repository `acme/site`, as `testWorld` makes it. */
export async function gitWorld(): Promise<GitWorld> {
  const world = await testWorld();
  const { forge, tokens } = world;
  const folders: string[] = [];
  const open: Mirrors[] = [];
  const folder = async () => {
    const path = await mkdtemp(join(tmpdir(), 'bowsprit-mirrors-'));
    folders.push(path);
    return path;
  };
  const first = await folder();
  const repository = (repo = 'acme/site') => {
    const [owner = '', name = ''] = repo.split('/');
    const found = forge.world.store.repo(owner, name);
    if (!found) throw new Error(`There is no ${repo}.`);
    return forge.world.repositories.of(found);
  };
  const host = (login = 'owner') =>
    createGitHubHost({ name: 'forge', baseUrl: forge.api, auth: { token: () => tokens[login] ?? '' } });
  return {
    ...world,
    folder,
    host,
    repository,
    mirrors(options = {}) {
      const mirrors = createMirrors({ folder: first, environment: process.env, ...options });
      open.push(mirrors);
      return mirrors;
    },
    target(repo = 'acme/site', access) {
      const [org = '', name = ''] = repo.split('/');
      return { host: 'forge', org, repo: name, access: access ?? (() => host().gitAccess({ org, repo: name })) };
    },
    async commit(branch, files, { repo = 'acme/site', from, message = `Change ${branch}`, author = 'owner' } = {}) {
      await forge.admin.commit({ repo, branch, files, message, author, ...(from !== undefined && { from }) });
      return (await repository(repo).tip(`refs/heads/${branch}`)) ?? '';
    },
    fetches: () => forge.calls.lines().filter(({ path }) => path.endsWith('/info/refs')).length,
    async end() {
      await Promise.all(open.map((mirrors) => mirrors.close()));
      await world.end();
      await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}
