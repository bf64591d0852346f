/**
 * Reads what events need of a repository's files from its mirror, at fixed commits, and stores each answer once: under a key made
 * of the commits and the want, so that all events about them share it (architecture.md 3.3). What is stored already costs a
 * question to the storage, and no git.
 */
import { createHash } from 'node:crypto';
import { referenceTo } from '../clients/blobs/blob-reference.ts';
import { GitFailure, GitTooLarge } from '../clients/git/git-failure.ts';
import type { WantedCommit } from '../clients/git/fetch-rounds.ts';
import type { Mirror } from '../clients/git/mirror.ts';
import type { Mirrors, MirrorTarget } from '../clients/git/mirrors.ts';
import { fileAt, filesOf, isFile, mergedTree, readFiles, type TreeEntry } from '../clients/git/read-tree.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import type { BlobReference } from '../domain/review/envelope.ts';
import type { GitFacts, GitProblem, GitWant, UnreadableWant } from '../domain/review/git-facts.ts';
import { inRepoFile, inRepoFolder, isInRepoSource } from '../rules/in-repo-files.ts';
import { isOwnersSource, type OwnersRules } from '../rules/owners/repo-owners.ts';
import { HostRefusal } from '../providers/host-failures.ts';
import { encodeFiles } from './stored-files.ts';

export interface FactsRequest {
  target: MirrorTarget;
  baseRef: string;
  /** Head of the base; absent: that of a fetch which began after `since`. */
  baseSha?: string;
  /** Full ref that leads to the base where its SHA is given. */
  baseHint?: string;
  /** Milliseconds. */
  since: number;
  /** Head of the change; absent for pushes, where files after the merge are those of the base. */
  head?: WantedCommit;
  wants: readonly GitWant[];
  ownersRules: OwnersRules;
  signal: AbortSignal;
}

export interface FactsDeps {
  mirrors: Mirrors;
  blobs: Pick<BlobStore, 'get' | 'put' | 'stat'>;
  /** `<bucket>/<path>` below which files of repositories are stored, without a trailing slash. */
  folder: string;
}

/** Bounds of what is read of repositories that nobody has checked: far above what real ones have. */
const ownersBytes = 1024 * 1024;
const ownersTotalBytes = 64 * 1024 * 1024;
const ownersFiles = 50_000;
const inRepoFiles = 1000;
const inRepoTotalBytes = 5 * 1024 * 1024;
const fileBytes = 5 * 1024 * 1024;

/** What cannot be answered at these commits. */
class Unreadable extends Error {
  readonly problem: GitProblem;

  constructor(problem: GitProblem, reason: string) {
    super(reason);
    this.problem = problem;
  }
}

/**
 * Rejects with GitFailure and failures of the host while either is away, and with what storage rejects with. A repository, branch
 * or commit that is gone is an outcome, which the facts tell.
 */
export async function readFacts(request: FactsRequest, deps: FactsDeps): Promise<GitFacts> {
  const { target, baseRef, head, wants } = request;
  let baseSha = request.baseSha ?? '';
  const facts = (read: GitFacts['read'], unreadable: readonly UnreadableWant[]): GitFacts => ({
    baseRef,
    baseSha,
    ...(head && { headSha: head.sha }),
    read,
    ...(unreadable.length > 0 && { unreadable }),
  });
  try {
    return await deps.mirrors.use(target, async (mirror) => {
      baseSha = request.baseSha ?? (await branchHead(mirror, request));
      const merged = once(async () => await mergedAt(mirror, baseSha, request));
      const base = once(async () => await commitAt(mirror, baseSha, request));
      const read: { want: GitWant; at: BlobReference }[] = [];
      const unreadable: UnreadableWant[] = [];
      for (const want of wants) {
        try {
          const key = keyOf(want, baseSha, request, deps);
          const known = await referenceAt(key, deps.blobs);
          const at = known ?? (await store(key, await filesFor(want, mirror, { merged, base, request }), deps.blobs));
          read.push({ want, at });
        } catch (error) {
          unreadable.push({ want, ...outcomeOf(error) });
        }
      }
      return facts(read, unreadable);
    });
  } catch (error) {
    const outcome = outcomeOf(error);
    return facts(
      [],
      wants.map((want) => ({ want, ...outcome })),
    );
  }
}

/** What is no reason to try again; throws all else. */
function outcomeOf(error: unknown): Omit<UnreadableWant, 'want'> {
  if (error instanceof Unreadable) return { problem: error.problem, reason: error.message };
  if (error instanceof GitTooLarge) return { problem: 'tooLarge', reason: error.message };
  if ((error instanceof GitFailure || error instanceof HostRefusal) && error.type === 'HostNotFound') {
    return { problem: 'repositoryGone', reason: 'the host has no such repository, or does not show it to us.' };
  }
  throw error;
}

async function branchHead(mirror: Mirror, { baseRef, since, signal }: FactsRequest): Promise<string> {
  const { head } = await mirror.ensure({ branch: baseRef, since, commits: [] }, signal);
  if (head === undefined) throw new Unreadable('baseGone', `there is no branch ${JSON.stringify(baseRef)}.`);
  return head;
}

async function commitAt(mirror: Mirror, sha: string, { baseHint, since, signal }: FactsRequest): Promise<string> {
  const commit = { sha, ...(baseHint !== undefined && { ref: baseHint }) };
  const { missing } = await mirror.ensure({ since, commits: [commit] }, signal);
  if (missing.has(sha)) throw new Unreadable('baseGone', `the host has no commit ${sha} any more.`);
  return sha;
}

/** The tree of the head merged into the base. */
async function mergedAt(mirror: Mirror, base: string, request: FactsRequest): Promise<string> {
  const { head, since, signal } = request;
  await commitAt(mirror, base, request);
  if (!head) return base;
  const { missing } = await mirror.ensure({ since, commits: [head] }, signal);
  if (missing.has(head.sha)) throw new Unreadable('headGone', `the host has no commit ${head.sha} any more.`);
  const tree = await mergedTree(mirror, { base, head: head.sha, signal });
  if (tree === undefined) throw new Unreadable('notMergeable', 'the change conflicts with its base branch.');
  return tree;
}

interface Sources {
  /** Names of trees. */
  merged: () => Promise<string>;
  base: () => Promise<string>;
  request: FactsRequest;
}

async function filesFor(
  want: GitWant,
  mirror: Mirror,
  { merged, base, request }: Sources,
): Promise<Map<string, string>> {
  const { ownersRules, signal } = request;
  switch (want.kind) {
    case 'owners':
      return await ownersIn(mirror, await base(), ownersRules, signal);
    case 'inRepo':
      return await inRepoIn(mirror, await merged(), signal);
    case 'baseFile':
      return await fileIn(mirror, await base(), want.path, signal);
    case 'mergedFile':
      return await fileIn(mirror, await merged(), want.path, signal);
    default:
      return want satisfies never;
  }
}

/** Regular files only (spec plugins-review.md B.5); one that is too long says nothing. */
async function ownersIn(
  mirror: Mirror,
  tree: string,
  rules: OwnersRules,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const entries = (await filesOf(mirror, { tree, signal })).filter(
    (entry) => isFile(entry) && isOwnersSource(entry.path, rules),
  );
  if (entries.length > ownersFiles) throw new Unreadable('tooLarge', `it has more than ${ownersFiles} OWNERS files.`);
  const texts = await textsOf(mirror, entries, { maxFileBytes: ownersBytes, maxBytes: ownersTotalBytes, signal });
  // Of pages, only the front matter has a say; most have none.
  for (const [path, text] of texts) if (path.endsWith('.md') && !text.startsWith('---')) texts.delete(path);
  return texts;
}

async function inRepoIn(mirror: Mirror, tree: string, signal: AbortSignal): Promise<Map<string, string>> {
  const below = await filesOf(mirror, { tree, below: inRepoFolder, signal });
  // The folder counts even where there are no jobs in it.
  if (below.length === 0) return await fileIn(mirror, tree, inRepoFile, signal);
  const named = below.filter(({ path }) => isInRepoSource(path));
  if (named.length > inRepoFiles)
    throw new Unreadable('tooLarge', `${inRepoFolder} has more than ${inRepoFiles} files.`);
  const files = new Map<string, TreeEntry>();
  for (const entry of named) {
    const file = isFile(entry) ? entry : await fileAt(mirror, { tree, path: entry.path, signal });
    if (file) files.set(entry.path, file);
  }
  const entries = [...files].map(([path, { mode, sha }]) => ({ mode, sha, path }));
  const limits = { maxFileBytes: inRepoTotalBytes, maxBytes: inRepoTotalBytes, signal };
  const texts = await textsOf(mirror, entries, limits);
  if (texts.size < entries.length) throw new Unreadable('tooLarge', `a file in ${inRepoFolder} is too long.`);
  return texts;
}

async function fileIn(mirror: Mirror, tree: string, path: string, signal: AbortSignal): Promise<Map<string, string>> {
  const entry = await fileAt(mirror, { tree, path, signal });
  if (!entry) return new Map();
  const content = (await readFiles(mirror, { shas: [entry.sha], maxFileBytes: fileBytes, signal })).get(entry.sha);
  if (!content) throw new Unreadable('tooLarge', `it has more than ${fileBytes} bytes.`);
  return new Map([[path, textOf(content)]]);
}

async function textsOf(
  mirror: Mirror,
  entries: readonly TreeEntry[],
  { maxBytes, ...options }: { maxFileBytes: number; maxBytes: number; signal: AbortSignal },
): Promise<Map<string, string>> {
  const contents = await readFiles(mirror, { shas: entries.map(({ sha }) => sha), ...options });
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const { path, sha } of entries) {
    const content = contents.get(sha);
    if (!content) continue;
    bytes += content.length;
    if (bytes > maxBytes) throw new Unreadable('tooLarge', `its files have more than ${maxBytes} bytes together.`);
    texts.set(path, textOf(content));
  }
  return texts;
}

/** Bytes that are no UTF-8 become marks of replacement, as for all who read such files. */
function textOf(content: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
}

function keyOf(
  want: GitWant,
  baseSha: string,
  { target, head, ownersRules }: FactsRequest,
  { folder }: FactsDeps,
): string {
  const { host, org, repo } = target;
  const isMerged = want.kind === 'inRepo' || want.kind === 'mergedFile';
  const commits = isMerged && head ? `${baseSha}-${head.sha}` : baseSha;
  return [folder, ...[host, org, repo].map(keyPart), keyPart(commits), `${nameOf(want, ownersRules)}.json`].join('/');
}

/** One part of a key, whatever the name is made of. */
function keyPart(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E') || '%';
}

function nameOf(want: GitWant, { ownersFile, aliasesFile, markdown }: OwnersRules): string {
  switch (want.kind) {
    case 'owners':
      return `owners-${hash(JSON.stringify([ownersFile, aliasesFile, markdown]))}`;
    case 'inRepo':
      return 'in-repo';
    case 'baseFile':
    case 'mergedFile':
      // At the same commit both have the same content.
      return `file-${hash(want.path)}`;
    default:
      return want satisfies never;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

async function store(
  key: string,
  files: ReadonlyMap<string, string>,
  blobs: FactsDeps['blobs'],
): Promise<BlobReference> {
  const content = encodeFiles(files);
  const reference = referenceTo(key, content);
  await blobs.put(key, content, { contentType: 'application/json', metadata: { sha256: reference.sha256 } });
  return reference;
}

async function referenceAt(key: string, blobs: FactsDeps['blobs']): Promise<BlobReference | undefined> {
  const found = await blobs.stat(key);
  if (!found) return undefined;
  const sha256 = found.metadata?.['sha256'];
  if (sha256 !== undefined) return { key, bytes: found.size, sha256 };
  const content = await blobs.get(key);
  return content && referenceTo(key, content);
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
