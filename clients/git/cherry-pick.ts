/**
 * Puts commits on top of another one without a work tree, each merged with its parent as the base: what `git am --3way` does with
 * the patches of a pull, and what `git cherry-pick` does. Author, message and order stay; merge commits have no patch and are
 * left out, and so is what the target has already.
 */
import { gitIdentity, type GitPerson } from './git-identity.ts';
import { MirrorBroken, NoSuchObject } from './git-failure.ts';
import type { Mirror } from './mirror.ts';
import { isSha } from './ref-names.ts';

export interface CherryPickRequest {
  /** Oldest first. */
  commits: readonly string[];
  onto: string;
  committer: GitPerson;
  signal: AbortSignal;
}

export type CherryPicked =
  | { head: string }
  /** `conflicts`: git's own lines. */
  | { commit: string; conflicts: string[] }
  /** The target has it all. */
  | 'nothing';

/** Rejects with the errors of `git-failure.ts`. */
export async function cherryPickCommits(mirror: Mirror, request: CherryPickRequest): Promise<CherryPicked> {
  const { commits, committer, signal } = request;
  let head = request.onto;
  let { tree } = await readCommit(mirror, head, signal);
  for (const sha of commits) {
    const commit = await readCommit(mirror, sha, signal);
    if (commit.parents.length > 1) continue;
    const merged = await pickTree(mirror, commit, tree, request);
    if (Array.isArray(merged)) return { commit: sha, conflicts: merged };
    if (merged === tree) continue;
    tree = merged;
    const lines = [`tree ${tree}`, `parent ${head}`, commit.author, `committer ${gitIdentity(committer)}`];
    head = await write(mirror, [...lines, ...commit.encoding, '', ''].join('\n'), commit.message, signal);
  }
  return head === request.onto ? 'nothing' : { head };
}

/** Commits that a head adds to a base, oldest first, without merges. */
export async function commitsBetween(
  mirror: Mirror,
  { base, head, signal }: { base: string; head: string; signal: AbortSignal },
): Promise<string[]> {
  if (!isSha(base) || !isSha(head)) throw new Error('These are no names of commits.');
  const args = ['rev-list', '--reverse', '--topo-order', '--no-merges', head, `^${base}`, '--'];
  const { out } = await mirror.run(args, { signal });
  return out.toString().split('\n').filter(isSha);
}

interface Commit {
  tree: string;
  parents: string[];
  /** The line, as it is. */
  author: string;
  /** The line, where the message is not in UTF-8. */
  encoding: string[];
  message: Buffer;
}

async function readCommit(mirror: Mirror, sha: string, signal: AbortSignal): Promise<Commit> {
  if (!isSha(sha)) throw new Error(`${JSON.stringify(sha)} does not name a commit.`);
  const { out } = await mirror.run(['cat-file', 'commit', sha], { signal });
  const end = out.indexOf('\n\n');
  const lines = out.toString('latin1', 0, end).split('\n');
  const values = (name: string) => lines.filter((line) => line.startsWith(`${name} `));
  return {
    tree: values('tree')[0]?.slice('tree '.length) ?? '',
    parents: values('parent').map((line) => line.slice('parent '.length)),
    author: values('author')[0] ?? '',
    encoding: values('encoding'),
    message: out.subarray(end + 2),
  };
}

/**
 * merge-tree finds the base by itself (before git 2.40 it cannot be given), so that three commits without other history are made
 * for it. Nothing refers to them; git throws them away in time.
 */
async function pickTree(
  mirror: Mirror,
  commit: Commit,
  onto: string,
  { committer, signal }: CherryPickRequest,
): Promise<string | string[]> {
  const [parent] = commit.parents;
  const before =
    parent === undefined ? await emptyTree(mirror, signal) : (await readCommit(mirror, parent, signal)).tree;
  const stamp = gitIdentity(committer);
  const bare = async (tree: string, parents: readonly string[]) => {
    const lines = [`tree ${tree}`, ...parents.map((one) => `parent ${one}`), `author ${stamp}`, `committer ${stamp}`];
    return await write(mirror, [...lines, '', ''].join('\n'), Buffer.from('pick\n'), signal);
  };
  const base = await bare(before, []);
  const [ours, theirs] = [await bare(onto, [base]), await bare(commit.tree, [base])];
  try {
    const { code, out } = await mirror.run(['merge-tree', '--write-tree', '--messages', '--name-only', ours, theirs], {
      network: true,
      answers: [1],
      signal,
    });
    const [tree = '', ...lines] = out.toString().split('\n');
    return code === 0 ? tree : lines.filter((line) => line.startsWith('CONFLICT'));
  } catch (error) {
    if (error instanceof NoSuchObject) throw new MirrorBroken(`pick in ${mirror.name}`, error.message, true);
    throw error;
  }
}

async function emptyTree(mirror: Mirror, signal: AbortSignal): Promise<string> {
  return (await mirror.run(['mktree'], { input: '', signal })).out.toString().trim();
}

/** A commit object. Bytes, because names and messages need not be UTF-8. */
async function write(mirror: Mirror, header: string, message: Buffer, signal: AbortSignal): Promise<string> {
  const input = Buffer.concat([Buffer.from(header, 'latin1'), message]);
  const { out } = await mirror.run(['hash-object', '-t', 'commit', '-w', '--stdin'], { input, signal });
  return out.toString().trim();
}
