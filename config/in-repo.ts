/**
 * Jobs that a repository configures itself: the folder `.prow/`, else the file `.prow.yaml` (spec jobs.md 1.8).
 *
 * They are defaulted and checked together with the central jobs of the repository. The content is untrusted: nothing in it
 * reaches beyond its repository, and clusters are limited to those allowed.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Postsubmit, Preset, Presubmit } from '../domain/job-config.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { inRepoFile, inRepoFolder, inRepoJobFiles, isInRepoSource } from '../rules/in-repo-files.ts';
import { decodeFile, type DecodeReport } from './decode-file.ts';
import { readConfigFile } from './files.ts';
import { defaultPostsubmit, defaultPresubmit, type ReportJob } from './job-defaults.ts';
import { ConfigError, type Problem } from './problem.ts';
import { validateConfig } from './validate/index.ts';

export interface InRepoJobs {
  presubmits: Presubmit[];
  postsubmits: Postsubmit[];
  /** Files that hold them. */
  files: string[];
}

export interface InRepoOptions {
  unknownKey?: (problem: Problem) => void;
}

/** What a check-out says of the jobs of its repository, by path from its root; empty where it configures none. */
export function readInRepoFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  if (isFolder(join(root, inRepoFolder))) {
    for (const name of readdirSync(join(root, inRepoFolder), { recursive: true, encoding: 'utf8' })) {
      const path = `${inRepoFolder}/${name}`;
      if (isInRepoSource(path) && isFile(join(root, path))) files.set(path, readConfigFile(join(root, path)));
    }
  } else if (existsSync(join(root, inRepoFile))) {
    files.set(inRepoFile, readConfigFile(join(root, inRepoFile)));
  }
  return files;
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/**
 * Loads the jobs of `repo` (`org/repo`) from its files, whose texts are given by path. Throws ConfigError, which also lists
 * clashes with the central jobs of that repository.
 */
export function loadInRepo(
  central: LoadedConfig,
  repo: string,
  files: ReadonlyMap<string, string>,
  options: InRepoOptions = {},
): InRepoJobs {
  const problems: Problem[] = [];
  const report: DecodeReport = { problem: (problem) => problems.push(problem), ...options };
  const sources = new WeakMap<object, string>();
  const presets: Preset[] = [...central.presets];
  const withJobs = inRepoJobFiles(files);
  const jobs: InRepoJobs = { presubmits: [], postsubmits: [], files: [...withJobs.keys()] };
  for (const [file, text] of withJobs) {
    const decoded = decodeFile('inRepo', file, text, report);
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

/** Whether the jobs of a repository's own files count: what its own name says, else the organisation's, else `*`. */
export function isInRepoEnabled({ main }: LoadedConfig, org: string, repo: string): boolean {
  const config = main['in_repo_config'];
  if (typeof config !== 'object' || config === null || !('enabled' in config)) return false;
  const enabled = (config.enabled ?? {}) as Record<string, boolean | null | undefined>;
  return enabled[`${org}/${repo}`] ?? enabled[org] ?? enabled['*'] ?? false;
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
