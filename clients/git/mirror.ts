/**
 * A bare copy of one repository on our disk, without files until they are needed (`--filter=blob:none`, where the server can).
 *
 * It has no work tree and no hooks, and keeps nothing of the host: address and credentials come with each command. Branches are
 * kept under refs of our own, named by a hash, so that no name of theirs meets a file system. Heads of changes are kept without
 * a ref: they are fetched again where git has thrown them away.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitAccess } from '../../domain/review/host.ts';
import { createFetchRounds, type FetchRounds, type FetchWish, type WantedCommit } from './fetch-rounds.ts';
import { gitEnvironment, pushRemote, remote } from './git-environment.ts';
import { GitFailure, GitTooLarge, MirrorBroken, MirrorLocked, NoSuchObject, NoSuchRef } from './git-failure.ts';
import { isBranchName, isRefName, isSha } from './ref-names.ts';
import { runGit, type GitAnswer, type GitCommand } from './run-git.ts';

export interface MirrorSettings {
  /** Our own environment. */
  inherited: Readonly<Record<string, string | undefined>>;
  allowFile: boolean;
  maxBytes: number;
  fetchTimeoutMs: number;
  commandTimeoutMs: number;
  clockMarginMs: number;
  packs: number;
  now: () => number;
}

export interface WantedRefs {
  /** Name of a branch whose head is asked for. */
  branch?: string;
  /** The head has to be of a fetch that began after this time (ms), by a clock that may be another than ours. */
  since: number;
  commits: readonly WantedCommit[];
}

export interface FoundRefs {
  /** Undefined where there is no such branch. */
  head: string | undefined;
  /** Commits that the host does not have, or not any more. */
  missing: ReadonlySet<string>;
}

export interface PushOptions {
  to: () => Promise<GitAccess>;
  branch: string;
  signal: AbortSignal;
}

export interface RunOptions extends Partial<Pick<GitCommand, 'input' | 'answers' | 'maxOutput' | 'timeoutMs'>> {
  /** What is missing is fetched when git comes upon it; default: it is an error. */
  network?: boolean;
  /** Only together with `network`. */
  pushTo?: GitAccess;
  /** Besides the common ones. */
  environment?: Record<string, string>;
  signal: AbortSignal;
}

/** A file in the mirror's folder: the server gives files away only with their history. */
const completeMark = 'bowsprit-complete';
/** Locks are held for milliseconds; while refs are packed, for seconds. */
const staleLockMs = 60_000;

export class Mirror {
  readonly folder: string;
  /** For messages: `acme/site`. */
  readonly name: string;
  readonly #settings: MirrorSettings;
  readonly #rounds: FetchRounds;
  readonly #heads = new Map<string, { sha: string | undefined; began: number }>();
  readonly #closing = new AbortController();
  readonly #isComplete: boolean;
  #access: () => Promise<GitAccess>;
  #made: Promise<void> | undefined;
  #fetches = 0;
  #tidying: Promise<void> | undefined;

  /** @param complete with all files, from the beginning */
  constructor(
    folder: string,
    name: string,
    access: () => Promise<GitAccess>,
    settings: MirrorSettings,
    complete: boolean,
  ) {
    this.folder = folder;
    this.name = name;
    this.#access = access;
    this.#settings = settings;
    this.#isComplete = complete || existsSync(join(folder, completeMark));
    this.#rounds = createFetchRounds(async (wish, signal) => await this.#fetch(wish, signal));
  }

  /** How the host is reached from now on. */
  reachBy(access: () => Promise<GitAccess>): void {
    this.#access = access;
  }

  /**
   * Sees to it that commits are there, and says what the head of a branch is. Rejects with GitFailure, GitTooLarge or
   * MirrorBroken, and with the signal's reason.
   */
  async ensure({ branch, since, commits }: WantedRefs, signal: AbortSignal): Promise<FoundRefs> {
    if (branch !== undefined && !isBranchName(branch)) return await this.ensure({ since, commits }, signal);
    await this.#make(signal);
    const real = commits.filter(({ sha }) => isSha(sha));
    const absent = await this.#absent(real, signal);
    const known = branch === undefined ? undefined : this.#heads.get(branch);
    const isFresh = branch === undefined || (known?.began ?? -Infinity) > since + this.#settings.clockMarginMs;
    if (!isFresh || absent.length > 0) {
      await this.#rounds.join({ branches: isFresh ? [] : [branch], commits: absent }, signal);
    }
    const missing = absent.length > 0 ? await this.#absent(absent, signal) : [];
    return {
      head: branch === undefined ? undefined : this.#heads.get(branch)?.sha,
      missing: new Set([
        ...missing.map(({ sha }) => sha),
        ...commits.map(({ sha }) => sha).filter((sha) => !isSha(sha)),
      ]),
    };
  }

  /** Rejects with the errors of `git-failure.ts`. */
  async run(args: readonly string[], options: RunOptions): Promise<GitAnswer> {
    const {
      network = false,
      pushTo,
      environment,
      signal,
      timeoutMs = this.#settings.commandTimeoutMs,
      ...rest
    } = options;
    const access = network ? await this.#access() : undefined;
    const { inherited, allowFile } = this.#settings;
    return await runGit({
      ...rest,
      args,
      directory: this.folder,
      environment: {
        ...gitEnvironment({
          inherited,
          allowFile,
          ...(access && { access, partial: !this.#isComplete }),
          ...(pushTo && { pushTo }),
        }),
        // Not one that the folder happens to be in.
        GIT_DIR: '.',
        ...environment,
      },
      signal: AbortSignal.any([signal, this.#closing.signal]),
      timeoutMs,
      action: `run git ${args[0]} on ${this.name}`,
    });
  }

  /** Fetches objects by their names. Rejects with MirrorBroken where the server does not give them away by themselves. */
  async fetchObjects(shas: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      await this.#fetchSpecs(shas, signal);
    } catch (error) {
      if (!(error instanceof NoSuchObject)) throw error;
      throw new MirrorBroken(`fetch files of ${this.name}`, error.message, true);
    }
  }

  /**
   * Makes a branch of another repository, or of this one, point to a commit that is here, whatever it was before. Rejects with
   * GitFailure: `HostForbidden` where the host does not take it.
   */
  async push(sha: string, { to, branch, signal }: PushOptions): Promise<void> {
    if (!isSha(sha) || !isBranchName(branch)) throw new Error(`${sha} cannot be pushed to ${JSON.stringify(branch)}.`);
    await this.run(['push', '--quiet', pushRemote, `+${sha}:refs/heads/${branch}`], {
      network: true,
      pushTo: await to(),
      signal,
      timeoutMs: this.#settings.fetchTimeoutMs,
    });
  }

  /** Ends what is under way. Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#closing.abort(new GitFailure('HostUnavailable', `read ${this.name}`, 'the worker is stopping'));
    await this.#tidying;
  }

  /** Moves the folder out of the way, at once, and deletes it; whoever still works in it fails. */
  async discard(): Promise<void> {
    const trash = `${this.folder}.${randomUUID()}.trash`;
    if (existsSync(this.folder)) renameSync(this.folder, trash);
    await rm(trash, { recursive: true, force: true });
  }

  #make(signal: AbortSignal): Promise<void> {
    const made = (this.#made ??= this.#init(signal));
    made.catch(() => {
      if (this.#made === made) this.#made = undefined;
    });
    return made;
  }

  /** The folder appears complete or not at all. */
  async #init(signal: AbortSignal): Promise<void> {
    if (existsSync(join(this.folder, 'HEAD'))) return;
    const temporary = `${this.folder}.${randomUUID()}.new`;
    await mkdir(dirname(this.folder), { recursive: true, mode: 0o700 });
    await mkdir(temporary, { mode: 0o700 });
    await runGit({
      args: ['init', '--quiet', '--bare', '--template=', '.'],
      directory: temporary,
      environment: gitEnvironment({ inherited: this.#settings.inherited }),
      signal,
      timeoutMs: this.#settings.commandTimeoutMs,
      action: `make a mirror of ${this.name}`,
    });
    if (this.#isComplete) await writeFile(join(temporary, completeMark), '');
    try {
      await rename(temporary, this.folder);
    } catch (error) {
      if (existsSync(join(this.folder, 'HEAD'))) {
        // Another worker, which is just leaving, was faster.
        await rm(temporary, { recursive: true });
        return;
      }
      if (!existsSync(this.folder)) throw error;
      await rm(this.folder, { recursive: true, force: true });
      await rename(temporary, this.folder);
    }
  }

  async #absent(commits: readonly WantedCommit[], signal: AbortSignal): Promise<WantedCommit[]> {
    if (commits.length === 0) return [];
    const found = await this.#commits(
      commits.map(({ sha }) => sha),
      signal,
    );
    return commits.filter((_commit, index) => found[index] === undefined);
  }

  /** The commit that each name leads to, from what is here. */
  async #commits(names: readonly string[], signal: AbortSignal): Promise<(string | undefined)[]> {
    const input = names.map((name) => `${name}^{commit}\n`).join('');
    const { out } = await this.run(['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input, signal });
    const lines = out.toString().split('\n');
    return names.map((_name, index) => /^([0-9a-f]+) commit$/.exec(lines[index] ?? '')?.[1]);
  }

  async #fetch({ branches, commits }: FetchWish, signal: AbortSignal): Promise<void> {
    const began = this.#settings.now();
    const gone = new Set<string>();
    const byRef = new Map(
      branches.map((branch) => [`refs/heads/${branch}`, `+refs/heads/${branch}:${ownRef(branch)}`]),
    );
    for (const { ref } of commits) if (ref !== undefined && isRefName(ref) && !byRef.has(ref)) byRef.set(ref, ref);
    while (byRef.size > 0) {
      try {
        await this.#fetchSpecs([...byRef.values()], signal);
        break;
      } catch (error) {
        // git then fetches nothing at all.
        if (!(error instanceof NoSuchRef) || !byRef.delete(error.ref)) throw error;
        gone.add(error.ref);
      }
    }
    for (const { sha } of await this.#absent(commits, signal)) {
      // The ref has moved on, or there is none.
      await this.#fetchSpecs([sha], signal).catch((error: unknown) => {
        if (!(error instanceof NoSuchObject)) throw error;
      });
    }
    const heads = await this.#commits(branches.map(ownRef), signal);
    for (const [index, branch] of branches.entries()) {
      this.#heads.set(branch, { sha: gone.has(`refs/heads/${branch}`) ? undefined : heads[index], began });
    }
    this.#fetches += 1;
    if (this.#fetches % this.#settings.packs === 0) this.#tidyUp();
  }

  async #fetchSpecs(specs: readonly string[], signal: AbortSignal): Promise<void> {
    const args = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--stdin',
      remote,
    ];
    const input = specs.map((spec) => `${spec}\n`).join('');
    const { fetchTimeoutMs: timeoutMs, maxBytes } = this.#settings;
    const watch = watchSize(join(this.folder, 'objects', 'pack'), maxBytes);
    const run = async () => {
      await this.run(args, { input, network: true, signal: AbortSignal.any([signal, watch.signal]), timeoutMs });
    };
    try {
      await run();
    } catch (error) {
      if (watch.signal.aborted) {
        throw new GitTooLarge(`fetch ${this.name}`, `it has more than ${Math.round(maxBytes / 2 ** 20)} MiB`);
      }
      if (!(error instanceof MirrorLocked)) throw error;
      if (!(await removeStaleLock(error.path, this.folder))) {
        throw new GitFailure('HostUnavailable', `fetch ${this.name}`, 'its mirror is in use by another process', {
          cause: error,
        });
      }
      await run();
    } finally {
      watch.end();
    }
  }

  /** Beside all else: git's own rules keep what others are just reading and writing. */
  #tidyUp(): void {
    this.#tidying ??= this.run(['-c', `gc.autoPackLimit=${this.#settings.packs}`, 'gc', '--auto', '--quiet'], {
      // With the filter's settings, so that git knows what is left out on purpose.
      network: true,
      signal: this.#closing.signal,
      timeoutMs: this.#settings.fetchTimeoutMs,
    })
      // The next time will do; what has grown meanwhile is still readable.
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => (this.#tidying = undefined));
  }
}

/** Where a branch is kept. */
function ownRef(branch: string): string {
  return `refs/mirror/${createHash('sha256').update(branch).digest('hex').slice(0, 32)}`;
}

/** git has no limit of its own for what a server sends. */
function watchSize(folder: string, maxBytes: number): { signal: AbortSignal; end: () => void } {
  const stop = new AbortController();
  const look = async () => {
    let bytes = 0;
    for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
    if (bytes > maxBytes) stop.abort();
  };
  const timer = setInterval(() => {
    // A file that has just been renamed: the next look sees it.
    look().catch(() => undefined);
  }, 500);
  return { signal: stop.signal, end: () => clearInterval(timer) };
}

async function removeStaleLock(path: string, folder: string): Promise<boolean> {
  const absolute = path.startsWith('/') ? path : join(folder, path);
  const age = await stat(absolute).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Infinity,
  );
  if (age < staleLockMs || !absolute.startsWith(`${folder}/`)) return false;
  await rm(absolute, { force: true });
  return true;
}
