/**
 * Jobs that a repository configures itself: the folder `.prow/`, else the file `.prow.yaml` (spec jobs.md 1.8).
 *
 * They are defaulted and checked together with the central jobs of the repository. The content is untrusted: nothing in it
 * reaches beyond its repository, and clusters are limited to those allowed.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Postsubmit, Preset, Presubmit } from '../domain/job-config.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { decodeFile, type DecodeReport } from './decode-file.ts';
import { findConfigFiles, readConfigFile } from './files.ts';
import { defaultPostsubmit, defaultPresubmit, type ReportJob } from './job-defaults.ts';
import { ConfigError, type Problem } from './problem.ts';
import { validateConfig } from './validate/index.ts';

export interface InRepoJobs {
  presubmits: Presubmit[];
  postsubmits: Postsubmit[];
  /** Files that were read. */
  files: string[];
}

export interface InRepoOptions {
  unknownKey?: (problem: Problem) => void;
}

/** Files of a checked-out repository that hold its jobs; none where it configures none. */
export function findInRepoFiles(root: string): string[] {
  const folder = join(root, '.prow');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return findConfigFiles(folder);
  const file = join(root, '.prow.yaml');
  return existsSync(file) ? [file] : [];
}

/**
 * Loads the jobs of `repo` (`org/repo`) from the files of a check-out. Throws ConfigError, which also lists clashes with the
 * central jobs of that repository.
 */
export function loadInRepo(
  central: LoadedConfig,
  repo: string,
  files: readonly string[],
  options: InRepoOptions = {},
): InRepoJobs {
  const problems: Problem[] = [];
  const report: DecodeReport = { problem: (problem) => problems.push(problem), ...options };
  const sources = new WeakMap<object, string>();
  const presets: Preset[] = [...central.presets];
  const jobs: InRepoJobs = { presubmits: [], postsubmits: [], files: [...files] };
  for (const file of files) {
    const decoded = decodeFile('inRepo', file, readConfigFile(file), report);
    if (!decoded) continue;
    for (const job of [...(decoded.presubmits ?? []), ...(decoded.postsubmits ?? [])]) sources.set(job, file);
    presets.push(...(decoded.presets ?? []));
    jobs.presubmits.push(...(decoded.presubmits ?? []));
    jobs.postsubmits.push(...(decoded.postsubmits ?? []));
  }
  if (problems.length > 0) throw new ConfigError(problems);

  const allowed = allowedClusters(central, repo);
  const reportFor =
    (job: Presubmit | Postsubmit): ReportJob =>
    (key, message) => {
      const file = sources.get(job);
      problems.push({ ...(file !== undefined && { file }), job: job.name, key, message });
    };
  const defaults = { main: central.main, presets };
  for (const job of jobs.presubmits) defaultPresubmit(job, repo, defaults, reportFor(job));
  for (const job of jobs.postsubmits) defaultPostsubmit(job, repo, defaults, reportFor(job));
  for (const job of [...jobs.presubmits, ...jobs.postsubmits]) {
    if (job.cluster === undefined || allowed.has(job.cluster)) continue;
    reportFor(job)(
      'cluster',
      `${JSON.stringify(job.cluster)} is not allowed for jobs in ${repo}; in_repo_config.allowed_clusters has ${[...allowed].sort().join(', ') || 'none'}`,
    );
  }
  problems.push(
    ...validateConfig({
      ...central,
      presubmits: new Map([[repo, [...(central.presubmits.get(repo) ?? []), ...jobs.presubmits]]]),
      postsubmits: new Map([[repo, [...(central.postsubmits.get(repo) ?? []), ...jobs.postsubmits]]]),
      periodics: [],
      sourceOf: (job) => sources.get(job) ?? central.sourceOf(job),
    }),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return jobs;
}

/** The union of what `*`, the organisation and the repository allow; without a `*` key, `default` is allowed everywhere. */
function allowedClusters({ main }: LoadedConfig, repo: string): ReadonlySet<string> {
  const configured = allowedClustersOf(main['in_repo_config']);
  const [org = ''] = repo.split('/');
  const everywhere = configured['*'] ?? ['default'];
  return new Set([...everywhere, ...(configured[org] ?? []), ...(configured[repo] ?? [])]);
}

function allowedClustersOf(inRepoConfig: unknown): Record<string, string[] | null | undefined> {
  if (typeof inRepoConfig !== 'object' || inRepoConfig === null || !('allowed_clusters' in inRepoConfig)) return {};
  return (inRepoConfig.allowed_clusters ?? {}) as Record<string, string[] | null>;
}
