/**
 * What plugins ask of a repository's files (plugins/api.ts), answered from the facts that `resolveEvent` has stored. There is no
 * git here and no mirror: what was not read is noted, so that the actor has it read and asks again.
 */
import type { BlobStore } from '../domain/blob-store.ts';
import { sameWant, type GitFacts, type GitProblem, type GitWant } from '../domain/review/git-facts.ts';
import type { GitReads } from '../plugins/api.ts';
import { ownersAmong, parseOwners, type OwnersRules, type ParsedOwners } from '../rules/owners/repo-owners.ts';
import type { OwnersCache } from './owners-cache.ts';
import { loadFiles } from './stored-files.ts';

/** It has not been read yet: `onMissing` was told, and the evaluation is to be repeated with more facts. */
export class NotResolved extends Error {
  readonly want: GitWant;

  constructor(want: GitWant) {
    super(`${describeWant(want)} has not been read yet.`);
    this.name = 'NotResolved';
    this.want = want;
  }
}

/** It cannot be read at these commits, however often it is asked for. */
export class GitUnreadable extends Error {
  readonly problem: GitProblem;

  constructor(want: GitWant, problem: GitProblem, reason: string) {
    super(`${describeWant(want)} cannot be read: ${reason}`);
    this.name = 'GitUnreadable';
    this.problem = problem;
  }
}

export interface GitReadsDeps {
  /** Absent where resolving found that none could matter; what is asked for all the same is then missing. */
  facts: GitFacts | undefined;
  blobs: Pick<BlobStore, 'get'>;
  /** One for the process. */
  cache: OwnersCache;
  /** Told of each read that there is no answer for yet; a want may be told more than once. */
  onMissing: (want: GitWant) => void;
  /** How the OWNERS of the repository are read; `ownersRulesFor` knows. */
  ownersRules: OwnersRules;
  /**
   * Normalised logins that approvers and reviewers are limited to, asked only where owners are; undefined where they may not be
   * listed. Leave it out for repositories in `owners.skip_collaborators`.
   */
  collaborators?: () => Promise<ReadonlySet<string> | undefined>;
}

/** Reads reject with NotResolved, GitUnreadable, and with what storage and `collaborators` reject with. */
export function createGitReads(deps: GitReadsDeps): GitReads {
  const { facts, blobs, cache, onMissing, ownersRules, collaborators } = deps;

  const missing = (want: GitWant): NotResolved => {
    onMissing(want);
    return new NotResolved(want);
  };
  const filesOf = async (want: GitWant): Promise<ReadonlyMap<string, string>> => {
    const files = await readWant(want, facts, blobs);
    if (files === 'notRead') throw missing(want);
    return files;
  };
  const file = async (want: GitWant & { path: string }) => (await filesOf(want)).get(want.path);

  async function parsed(): Promise<ParsedOwners> {
    const want: GitWant = { kind: 'owners' };
    const at = placeOf(want, facts);
    if (at === 'notRead') throw missing(want);
    const key = JSON.stringify([at.key, { ...ownersRules, collaborators: undefined }]);
    return await cache.get(key, at.bytes, async () => parseOwners(await filesOf(want), ownersRules));
  }

  return {
    async baseSha() {
      const want: GitWant = { kind: 'owners' };
      // Any want makes facts, and these say the base.
      if (!facts) throw missing(want);
      if (facts.baseSha !== '') return facts.baseSha;
      const { problem, reason } = facts.unreadable?.[0] ?? { problem: 'baseGone', reason: 'there is no such branch.' };
      throw new GitUnreadable(want, problem, reason);
    },
    async owners() {
      const [owners, people] = await Promise.all([parsed(), collaborators?.()]);
      return ownersAmong(owners, people);
    },
    baseFile: async (path) => await file({ kind: 'baseFile', path }),
    mergedFile: async (path) => await file({ kind: 'mergedFile', path }),
  };
}

/**
 * Files with the jobs that the repository configures itself, for `loadInRepo`; empty where it has none, `notRead` where the want
 * `inRepo` has to be resolved first. Rejects with GitUnreadable where the change does not merge and the like.
 */
export async function inRepoFiles(
  facts: GitFacts | undefined,
  blobs: Pick<BlobStore, 'get'>,
): Promise<ReadonlyMap<string, string> | 'notRead'> {
  return await readWant({ kind: 'inRepo' }, facts, blobs);
}

async function readWant(
  want: GitWant,
  facts: GitFacts | undefined,
  blobs: Pick<BlobStore, 'get'>,
): Promise<ReadonlyMap<string, string> | 'notRead'> {
  const at = placeOf(want, facts);
  if (at === 'notRead') return at;
  // Retention may have deleted it; then it is read once more.
  return (await loadFiles(blobs, at)) ?? 'notRead';
}

function placeOf(want: GitWant, facts: GitFacts | undefined): GitFacts['read'][number]['at'] | 'notRead' {
  const bad = facts?.unreadable?.find((one) => sameWant(one.want, want));
  if (bad) throw new GitUnreadable(want, bad.problem, bad.reason);
  return facts?.read.find((one) => sameWant(one.want, want))?.at ?? 'notRead';
}

function describeWant(want: GitWant): string {
  switch (want.kind) {
    case 'owners':
      return 'OWNERS of the base branch';
    case 'inRepo':
      return 'The configuration in the repository';
    case 'baseFile':
      return `${JSON.stringify(want.path)} of the base branch`;
    case 'mergedFile':
      return `${JSON.stringify(want.path)} of the merged change`;
    default:
      return want satisfies never;
  }
}
