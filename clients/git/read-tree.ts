/**
 * Reads trees and files of a mirror. Files that a partial mirror does not have yet are fetched together, not one by one as git
 * itself would. Sizes are known before anything is read.
 */
import { posix } from 'node:path';
import { GitFailure, NoSuchObject, MirrorBroken } from './git-failure.ts';
import type { Mirror } from './mirror.ts';
import { isSha } from './ref-names.ts';

export interface TreeEntry {
  /** As git writes it: `100644`, `100755`, `120000` for a symbolic link, `160000` for a submodule, `040000`. */
  mode: string;
  sha: string;
  /** From the root of the repository. */
  path: string;
}

export const isFile = ({ mode }: Pick<TreeEntry, 'mode'>) => mode === '100644' || mode === '100755';
const isLink = ({ mode }: TreeEntry) => mode === '120000';

/** One request for more would be refused by servers with a limit for its size. */
const fetchedTogether = 10_000;
const mostLinks = 5;

/** Everything but folders, below a folder or in the whole tree, by path. */
export async function filesOf(
  mirror: Mirror,
  { tree, below, signal }: { tree: string; below?: string; signal: AbortSignal },
): Promise<TreeEntry[]> {
  const args = [
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    treeName(tree),
    ...(below === undefined ? [] : ['--', `${below}/`]),
  ];
  return parseEntries((await mirror.run(args, { signal })).out);
}

/** What is at a path; undefined for nothing. */
export async function entryAt(
  mirror: Mirror,
  { tree, path, signal }: { tree: string; path: string; signal: AbortSignal },
): Promise<TreeEntry | undefined> {
  if (!isTreePath(path)) return undefined;
  const { out } = await mirror.run(['ls-tree', '-z', '--full-tree', treeName(tree), '--', path], { signal });
  return parseEntries(out).find((entry) => entry.path === path);
}

/** What could be in a tree: git takes other paths for places outside, and the system no longer ones. */
function isTreePath(path: string): boolean {
  return path.length <= 4096 && !path.includes('\0') && !path.split('/').some((part) => ['', '.', '..'].includes(part));
}

/** The file at a path; a link is followed where it leads to a file of the same tree. */
export async function fileAt(
  mirror: Mirror,
  { tree, path, signal }: { tree: string; path: string; signal: AbortSignal },
): Promise<TreeEntry | undefined> {
  let at: string | undefined = path;
  for (let links = 0; at !== undefined && links <= mostLinks; links += 1) {
    const entry: TreeEntry | undefined = await entryAt(mirror, { tree, path: at, signal });
    if (!entry || isFile(entry)) return entry;
    at = isLink(entry) ? await targetOf(mirror, entry, signal) : undefined;
  }
  return undefined;
}

async function targetOf(mirror: Mirror, link: TreeEntry, signal: AbortSignal): Promise<string | undefined> {
  const content = (await readFiles(mirror, { shas: [link.sha], maxFileBytes: 4096, signal })).get(link.sha);
  if (!content) return undefined;
  const target = content.toString();
  const path = posix.normalize(posix.join(posix.dirname(link.path), target));
  return target.startsWith('/') || path.startsWith('..') ? undefined : path;
}

export interface ReadFilesOptions {
  /** Names of blobs. */
  shas: readonly string[];
  /** Files with more bytes are not in the answer. */
  maxFileBytes: number;
  signal: AbortSignal;
}

/** Contents by name of the blob. */
export async function readFiles(mirror: Mirror, options: ReadFilesOptions): Promise<Map<string, Buffer>> {
  const { maxFileBytes, signal } = options;
  const shas = [...new Set(options.shas)];
  let sizes = await sizesOf(mirror, shas, signal);
  const missing = shas.filter((sha) => !sizes.has(sha));
  for (let from = 0; from < missing.length; from += fetchedTogether) {
    await mirror.fetchObjects(missing.slice(from, from + fetchedTogether), signal);
  }
  if (missing.length > 0) sizes = await sizesOf(mirror, shas, signal);
  const small: string[] = [];
  for (const sha of shas) {
    const size = sizes.get(sha);
    if (size === undefined) throw new MirrorBroken(`read files of ${mirror.name}`, `${sha} did not come`, true);
    if (size <= maxFileBytes) small.push(sha);
  }
  if (small.length === 0) return new Map();
  const { out } = await mirror.run(['cat-file', '--batch'], { input: small.map((sha) => `${sha}\n`).join(''), signal });
  return contentsOf(out);
}

/** Of those that are here. */
async function sizesOf(mirror: Mirror, shas: readonly string[], signal: AbortSignal): Promise<Map<string, number>> {
  if (shas.length === 0) return new Map();
  const input = shas.map((sha) => `${sha}\n`).join('');
  const { out } = await mirror.run(['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input, signal });
  const sizes = new Map<string, number>();
  for (const line of out.toString().split('\n')) {
    const [sha = '', size = ''] = line.split(' ');
    if (/^\d+$/.test(size)) sizes.set(sha, Number(size));
  }
  return sizes;
}

/** Of the output of `cat-file --batch`. */
function contentsOf(out: Buffer): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (let at = 0; at < out.length;) {
    const end = out.indexOf('\n', at);
    const [sha = '', , size = ''] = out.toString('latin1', at, end).split(' ');
    const from = end + 1;
    contents.set(sha, out.subarray(from, from + Number(size)));
    at = from + Number(size) + 1;
  }
  return contents;
}

function parseEntries(out: Buffer): TreeEntry[] {
  return out
    .toString()
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , sha = ''] = line.slice(0, tab).split(' ');
      return { mode, sha, path: line.slice(tab + 1) };
    });
}

/** The tree of the merge of two commits, as `git merge` makes it; undefined where they conflict or have no history in common. */
export async function mergedTree(
  mirror: Mirror,
  { base, head, signal }: { base: string; head: string; signal: AbortSignal },
): Promise<string | undefined> {
  if (!isSha(base) || !isSha(head)) throw new GitFailure('HostNotFound', `merge in ${mirror.name}`, 'no such commits');
  try {
    const { code, out } = await mirror.run(['merge-tree', '--write-tree', '--no-messages', base, head], {
      network: true,
      answers: [1],
      signal,
    });
    return code === 0 ? out.toString().trim() : undefined;
  } catch (error) {
    if (error instanceof GitFailure && error.message.includes('unrelated histories')) return undefined;
    if (error instanceof NoSuchObject) throw new MirrorBroken(`merge in ${mirror.name}`, error.message, true);
    throw error;
  }
}

/** Names of objects only: no expressions that lead elsewhere. */
function treeName(sha: string): string {
  if (!isSha(sha)) throw new Error(`${JSON.stringify(sha)} does not name a tree.`);
  return sha;
}
