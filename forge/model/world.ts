/** What the rules of the host work with: its memory, its git repositories, its clock, and whom it tells. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Repository } from '../git/repository.ts';
import type { Account, Installation, Issue, PullRequest, Repo } from './entities.ts';
import type { Store } from './store.ts';

export type Json = Record<string, unknown>;

/** What webhooks are sent about. */
export interface Happening {
  event: string;
  action?: string;
  repo?: Repo;
  org?: Account;
  installation?: Installation;
  sender: Account;
  /** The event's own part of the payload; made only if somebody listens. */
  payload: () => Json | Promise<Json>;
}

export interface World {
  store: Store;
  repositories: Repositories;
  /** ISO 8601 in whole seconds. */
  now: () => string;
  /** Where people find the host, without a slash at the end. */
  web: string;
  /** Where programs find its REST interface, without a slash at the end. */
  api: string;
  tell: (happening: Happening) => Promise<void>;
}

/** The bare repositories in a folder, one instance each. */
export class Repositories {
  readonly #dir: string;
  readonly #open = new Map<number, Repository>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  of(repo: Repo): Repository {
    let repository = this.#open.get(repo.id);
    if (!repository) this.#open.set(repo.id, (repository = new Repository(join(this.#dir, `${repo.id}.git`))));
    return repository;
  }

  async create(repo: Repo, from?: Repo): Promise<Repository> {
    const repository = this.of(repo);
    await mkdir(repository.dir, { recursive: true });
    await (from ? repository.initFrom(this.of(from), repo.defaultBranch) : repository.init(repo.defaultBranch));
    return repository;
  }

  async remove(repo: Repo): Promise<void> {
    await rm(this.of(repo).dir, { recursive: true, force: true });
    this.#open.delete(repo.id);
  }
}

export const ownerOf = (world: World, repo: Repo): Account => world.store.must('accounts', repo.ownerId);
export const fullName = (world: World, repo: Repo): string => `${ownerOf(world, repo).login}/${repo.name}`;
export const repoOf = (world: World, issue: Issue): Repo => world.store.must('repos', issue.repoId);
export const isPull = (issue: Issue): issue is PullRequest => issue.pull !== null;

/** The account of those who are gone, as GitHub has one. It exists in every host. */
export const ghostLogin = 'ghost';
