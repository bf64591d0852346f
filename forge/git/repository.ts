/** What the host does with a bare repository. Nothing has a work tree; trees and commits are written as objects. */
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { changedLines } from './diff.ts';
import { writeLooseObject } from './loose-object.ts';
import { git } from './run.ts';

export interface Person {
  name: string;
  email: string;
  /** ISO 8601. */
  date: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

export interface TreeEntry {
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  sha: string;
  /** Bytes; blobs only. */
  size: number | undefined;
  path: string;
}

export interface Ref {
  ref: string;
  sha: string;
  type: 'commit' | 'tag' | 'tree' | 'blob';
}

/** A file to put into a tree; without `sha` it is taken out. */
export interface TreeChange {
  path: string;
  mode: string;
  sha: string | null;
}

export const zeroSha = '0'.repeat(40);
const isSha = (text: string) => /^[0-9a-f]{40}$/.test(text);

/** Is this a name that a branch may have? A cheap form of `git check-ref-format`. */
export function isBranchName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length < 250 &&
    // oxlint-disable-next-line no-control-regex -- git forbids them
    !/[\u0000-\u0020~^:?*[\\\u007f]|\.\.|@\{|\/\/|\/$|^\/|^-|\.lock$|\.$|\/\.|^\./.test(name)
  );
}

/** Answers that a repository keeps; most are a few bytes. */
const keptAnswers = 1000;
const branchPrefix = 'refs/heads/';

export class Repository {
  readonly dir: string;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #kept = new Map<string, Promise<unknown>>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** One change of refs at a time, so that "before" and "after" of a push are those of that push. */
  async exclusive<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(change, change);
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }

  /** Makes it, in a folder that exists and is empty. */
  async init(defaultBranch: string): Promise<void> {
    await git(this.dir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '.']);
    await this.#configure();
  }

  /** Makes it a copy of another one's branches and tags. */
  async initFrom(other: Repository, defaultBranch: string): Promise<void> {
    await this.init(defaultBranch);
    await git(this.dir, ['fetch', '--quiet', other.dir, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
  }

  /** One write instead of a process for each setting. */
  async #configure(): Promise<void> {
    const settings = `
[http]
\treceivepack = true
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[receive]
\tdenyDeleteCurrent = refuse
\thideRefs = refs/pull/
[gc]
\tauto = 0
`;
    await appendFile(join(this.dir, 'config'), settings);
  }

  async setHead(branch: string): Promise<void> {
    await git(this.dir, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  }

  /** The commit, tree or blob that a name, short name or SHA stands for; undefined without one. */
  async resolve(name: string, type: 'commit' | 'tree' | 'blob' | 'tag' = 'commit'): Promise<string | undefined> {
    if (name.length > 250 || name.includes('\0')) return undefined;
    const answer = await git(this.dir, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{${type}}`], {
      allow: [1, 128],
    });
    const sha = answer.text.trim().split('\n').at(-1) ?? '';
    return answer.code === 0 && isSha(sha) ? sha : undefined;
  }

  /** The commit at a ref's tip. Branches are asked for with every event: most are a file each, and need no process to be read. */
  async tip(ref: string): Promise<string | undefined> {
    if (ref.startsWith(branchPrefix) && isBranchName(ref.slice(branchPrefix.length))) {
      const text = await readFile(join(this.dir, ref), 'utf8').catch(() => '');
      if (isSha(text.trim())) return text.trim();
    }
    return await this.resolve(ref);
  }

  /** What git has said about commits that are named by their SHA: it would say the same again. The latest answers are kept. */
  async #lasting<T>(shas: readonly string[], question: string, ask: () => Promise<T>): Promise<T> {
    if (!shas.every(isSha)) return await ask();
    const key = [question, ...shas].join(' ');
    const kept = this.#kept.get(key) as Promise<T> | undefined;
    const answer = kept ?? ask();
    this.#kept.delete(key);
    this.#kept.set(key, answer);
    answer.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptAnswers && oldest !== undefined) this.#kept.delete(oldest);
    return await answer;
  }

  /** Refs whose full name starts with `prefix`, by name. */
  async refs(prefix = 'refs/'): Promise<Ref[]> {
    const { text } = await git(this.dir, ['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)']);
    return text
      .split('\n')
      .filter((line) => line.startsWith(prefix))
      .map((line) => {
        const [ref = '', sha = '', type = 'commit'] = line.split(' ');
        return { ref, sha, type: type as Ref['type'] };
      });
  }

  /** Moves a ref if it still is at `before` (`zeroSha`: does not exist). Answers whether it did. */
  async moveRef(ref: string, after: string, before?: string): Promise<boolean> {
    const args = ['update-ref', ref, after, ...(before === undefined ? [] : [before])];
    return (await git(this.dir, args, { allow: [1, 128] })).code === 0;
  }

  async deleteRef(ref: string): Promise<boolean> {
    return (await git(this.dir, ['update-ref', '-d', ref], { allow: [1, 128] })).code === 0;
  }

  /** Brings a commit with its history from another repository into a ref of this one. */
  async take(other: Repository, sha: string, ref: string): Promise<void> {
    if (other.dir === this.dir) await git(this.dir, ['update-ref', ref, sha]);
    else await git(this.dir, ['fetch', '--quiet', '--no-tags', other.dir, `+${sha}:${ref}`]);
  }

  async commit(sha: string): Promise<Commit | undefined> {
    const resolved = await this.resolve(sha);
    return resolved === undefined ? undefined : (await this.log(resolved, { count: 1 }))[0];
  }

  /**
   * Commits from a tip backwards, newest first.
   * @param range.not leaves out what this one reaches
   */
  async log(
    tip: string,
    range: { not?: string; count?: number; path?: string; since?: string; until?: string; author?: string } = {},
  ): Promise<Commit[]> {
    const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');
    const args = ['log', '-z', `--format=${format}%x01`];
    if (range.count !== undefined) args.push(`--max-count=${range.count}`);
    if (range.since) args.push(`--since=${range.since}`);
    if (range.until) args.push(`--until=${range.until}`);
    if (range.author) args.push('--fixed-strings', `--author=${range.author}`);
    args.push('--end-of-options', tip);
    if (range.not !== undefined) args.push(`^${range.not}`);
    if (range.path) args.push('--', range.path);
    const { text } = await git(this.dir, args);
    return text
      .split('\u0001')
      .filter((record) => record.length > 1)
      .map((record) => {
        const fields = record.replace(/^\0/, '').split('\0');
        const [sha = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', body = ''] =
          fields;
        return {
          sha,
          tree,
          parents: parents === '' ? [] : parents.split(' '),
          author: { name: an, email: ae, date: utc(ad) },
          committer: { name: cn, email: ce, date: utc(cd) },
          message: body.replace(/\n+$/, ''),
        };
      });
  }

  async count(tip: string, not?: string): Promise<number> {
    const args = ['rev-list', '--count', '--end-of-options', tip, ...(not === undefined ? [] : [`^${not}`])];
    const shas = [tip, ...(not === undefined ? [] : [not])];
    return await this.#lasting(shas, 'count', async () => Number((await git(this.dir, args)).text));
  }

  async mergeBase(a: string, b: string): Promise<string | undefined> {
    return await this.#lasting([a, b], 'merge-base', async () => {
      const answer = await git(this.dir, ['merge-base', a, b], { allow: [1] });
      return answer.text.trim() || undefined;
    });
  }

  /** Files, and lines that were added and taken out, between two commits. */
  async sizeOf(from: string, to: string): Promise<{ files: number; additions: number; deletions: number }> {
    return await this.#lasting([from, to], 'size', async () => {
      const size = { files: 0, additions: 0, deletions: 0 };
      for (const [additions, deletions] of await changedLines(this, from, to)) {
        size.files += 1;
        size.additions += additions;
        size.deletions += deletions;
      }
      return size;
    });
  }

  async isAncestor(ancestor: string, of: string): Promise<boolean> {
    return (await git(this.dir, ['merge-base', '--is-ancestor', ancestor, of], { allow: [1, 128] })).code === 0;
  }

  async tree(sha: string, { recursive = false, path = '' } = {}): Promise<TreeEntry[]> {
    const args = ['ls-tree', '-l', '-z', ...(recursive ? ['-r', '-t'] : []), sha, ...(path ? ['--', path] : [])];
    const { text } = await git(this.dir, args);
    return text
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const tab = line.indexOf('\t');
        const [mode = '', type = '', id = '', size = '-'] = line.slice(0, tab).split(/ +/);
        return {
          mode,
          type: type as TreeEntry['type'],
          sha: id,
          size: size === '-' ? undefined : Number(size),
          path: line.slice(tab + 1),
        };
      });
  }

  async blob(sha: string): Promise<Buffer> {
    return (await git(this.dir, ['cat-file', 'blob', sha])).out;
  }

  async writeBlob(content: Buffer): Promise<string> {
    return await writeLooseObject(this.dir, 'blob', content);
  }

  /** A tree like `base` (none: empty) with files put in or taken out. */
  async writeTree(base: string | undefined, changes: readonly TreeChange[]): Promise<string> {
    if (base !== undefined && changes.length === 0) {
      const { text } = await git(this.dir, ['rev-parse', '--verify', '--end-of-options', `${base}^{tree}`]);
      return text.trim();
    }
    const folder = await mkdtemp(join(this.dir, 'index-'));
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    try {
      if (base !== undefined) await git(this.dir, ['read-tree', base], { env });
      const lines = changes.map(({ path, mode, sha }) =>
        sha === null ? `0 ${zeroSha}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
      );
      // Whole folders are put in by mode 040000, which the index cannot hold; read-tree can.
      for (const change of changes.filter((one) => one.mode === '040000' && one.sha !== null)) {
        await git(this.dir, ['read-tree', `--prefix=${change.path}/`, change.sha ?? ''], { env });
      }
      const files = lines.filter((line) => !line.startsWith('040000'));
      await git(this.dir, ['update-index', '-z', '--index-info'], { env, input: files.join('') });
      return (await git(this.dir, ['write-tree'], { env })).text.trim();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async writeCommit(commit: {
    tree: string;
    parents: readonly string[];
    message: string;
    author: Person;
    committer: Person;
  }): Promise<string> {
    const { author, committer } = commit;
    const { text } = await git(
      this.dir,
      ['commit-tree', commit.tree, ...commit.parents.flatMap((parent) => ['-p', parent]), '-F', '-'],
      {
        input: commit.message,
        env: {
          GIT_AUTHOR_NAME: author.name,
          GIT_AUTHOR_EMAIL: author.email,
          GIT_AUTHOR_DATE: author.date,
          GIT_COMMITTER_NAME: committer.name,
          GIT_COMMITTER_EMAIL: committer.email,
          GIT_COMMITTER_DATE: committer.date,
        },
      },
    );
    return text.trim();
  }

  /** The tree of a merge of two commits; undefined where they conflict or have no common history. */
  async mergeTree(ours: string, theirs: string): Promise<string | undefined> {
    const answer = await git(this.dir, ['merge-tree', '--write-tree', '--no-messages', ours, theirs], {
      allow: [1, 128],
    });
    return answer.code === 0 ? answer.text.split(/[\0\n]/)[0] : undefined;
  }

  /**
   * The tree of `commit`'s change on top of `onto`; undefined where they conflict. merge-tree finds the base by itself
   * (before git 2.40 it cannot be given), so that three commits without other history are made for it.
   */
  async pickTree(commit: Commit, onto: string): Promise<string | undefined> {
    const nobody: Person = { name: 'forge', email: 'forge@localhost', date: '2000-01-01T00:00:00Z' };
    const write = async (tree: string, parents: string[]) =>
      await this.writeCommit({ tree, parents, message: 'pick', author: nobody, committer: nobody });
    const parent = commit.parents[0];
    const parentTree = parent === undefined ? undefined : await this.resolve(parent, 'tree');
    const base = await write(parentTree ?? (await this.writeTree(undefined, [])), []);
    const ours = await write((await this.resolve(onto, 'tree')) ?? '', [base]);
    return await this.mergeTree(ours, await write(commit.tree, [base]));
  }
}

/** git writes the author's time zone; the API writes UTC. */
function utc(date: string): string {
  const time = new Date(date);
  return Number.isNaN(time.getTime()) ? '1970-01-01T00:00:00Z' : time.toISOString().replace(/\.\d+Z$/, 'Z');
}
