/**
 * The jobs of a repository for one change or push: those of the central configuration, and those that it configures itself
 * (spec jobs.md 1.8). Where the latter cannot be loaded, the former count alone.
 */
import { isInRepoEnabled, loadInRepo } from '../config/in-repo.ts';
import { ConfigError } from '../config/problem.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import type { Postsubmit, Presubmit } from '../domain/job-config.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import type { GitFacts, GitWant } from '../domain/review/git-facts.ts';
import { fullName, type RepoName } from '../domain/review/item.ts';
import { GitUnreadable, inRepoFiles, NotResolved } from './git-reads.ts';

export interface RepoJobs {
  presubmits: readonly Presubmit[];
  postsubmits: readonly Postsubmit[];
  /** Why the repository's own jobs are left out, for people. */
  problem?: string;
}

export interface RepoJobsDeps {
  config: LoadedConfig;
  blobs: Pick<BlobStore, 'get'>;
  facts: GitFacts | undefined;
  /** Told of the want when the repository's files have not been read. */
  onMissing: (want: GitWant) => void;
}

/** Rejects with NotResolved, and with what storage rejects with. */
export async function repoJobs({ config, blobs, facts, onMissing }: RepoJobsDeps, repo: RepoName): Promise<RepoJobs> {
  const name = fullName(repo);
  const central = {
    presubmits: config.presubmits.get(name) ?? [],
    postsubmits: config.postsubmits.get(name) ?? [],
  };
  if (!isInRepoEnabled(config, repo.org, repo.repo)) return central;
  try {
    const files = await inRepoFiles(facts, blobs);
    if (files === 'notRead') {
      onMissing({ kind: 'inRepo' });
      throw new NotResolved({ kind: 'inRepo' });
    }
    const own = loadInRepo(config, name, files);
    return {
      presubmits: [...central.presubmits, ...own.presubmits],
      postsubmits: [...central.postsubmits, ...own.postsubmits],
    };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof GitUnreadable)) throw error;
    return { ...central, problem: `The jobs in the repository are left out. ${shortened(error.message)}` };
  }
}

/** It becomes part of histories, and the author of a change decides how long it is. */
const maxProblem = 1000;

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= maxProblem ? text : `${characters.slice(0, maxProblem).join('')} ...`;
}
