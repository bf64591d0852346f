/**
 * Where the files of a run lie below its bucket: Prow's layout (spec jobs.md 6.1 and 6.2).
 *
 * Alias and latest-build files ignore `path_prefix`; that is Prow's behaviour and readers depend on it.
 */
import type { GcsConfiguration } from './job-config.ts';
import { joinPath } from './path-join.ts';
import type { ProwJobSpec } from './prowjob.ts';

type RunSpec = Pick<ProwJobSpec, 'type' | 'job' | 'refs'>;

/** The folder that holds all runs of the job (of a presubmit: all runs for this pull request). */
export function jobDirectory(spec: RunSpec, storage: GcsConfiguration): string {
  return prefixed(storage, runsPath(spec, storage));
}

/** The folder of one run. */
export function runDirectory(spec: RunSpec, storage: GcsConfiguration, buildId: string): string {
  return prefixed(storage, runsPath(spec, storage), buildId);
}

/** The URL of a run's folder with its scheme, as alias files hold it. */
export function runUrl(spec: RunSpec, storage: GcsConfiguration, buildId: string): string {
  const { bucket = '' } = storage;
  const directory = runDirectory(spec, storage, buildId);
  return bucket.includes('://') ? `${bucket}/${directory}` : `gs://${joinPath(bucket, directory)}`;
}

/** The file that tells where a presubmit's run is, for who knows only job and build id. Other kinds have none. */
export function aliasPath(spec: RunSpec, buildId: string): string | undefined {
  return spec.type === 'presubmit' ? joinPath('pr-logs/directory', spec.job, `${buildId}.txt`) : undefined;
}

/** The files that hold the newest build id. */
export function latestBuildPaths(spec: RunSpec, storage: GcsConfiguration): string[] {
  const folders = spec.type === 'presubmit' ? [rootDirectory(spec), runsPath(spec, storage)] : [rootDirectory(spec)];
  return folders.map((folder) => joinPath(folder, 'latest-build.txt'));
}

/** Alias and latest-build files of a run; none when it writes to a local output directory. */
export function indexPaths(spec: RunSpec, storage: GcsConfiguration, buildId: string): string[] {
  if (storage.local_output_dir) return [];
  const alias = aliasPath(spec, buildId);
  return [...(alias ? [alias] : []), ...latestBuildPaths(spec, storage)];
}

/** Where one file of a run goes; a local output directory holds the files of one run only, without its path. */
export function runFilePath(spec: RunSpec, storage: GcsConfiguration, buildId: string, file: string): string {
  return storage.local_output_dir ? file : joinPath(runDirectory(spec, storage, buildId), file);
}

/** The folder that stands for a job whatever it ran for. */
export function rootDirectory({ type, job }: RunSpec): string {
  return type === 'periodic' || type === 'postsubmit' ? joinPath('logs', job) : joinPath('pr-logs/directory', job);
}

function prefixed(storage: GcsConfiguration, ...elements: string[]): string {
  return joinPath(storage.path_prefix ?? '', joinPath(...elements));
}

function runsPath(spec: RunSpec, storage: GcsConfiguration): string {
  const { type, job, refs } = spec;
  if (type === 'batch') return joinPath('pr-logs/pull/batch', job);
  if (type !== 'presubmit') return joinPath('logs', job);
  const pull = refs?.pulls?.[0];
  if (!refs || !pull) throw new Error(`presubmit ${job} has no pull request, so its runs have no folder`);
  return joinPath('pr-logs/pull', repoSegment(refs.org, refs.repo, storage), String(pull.number), job);
}

/** How a presubmit's path names the repository; empty for the default one. */
function repoSegment(org: string, repo: string, storage: GcsConfiguration): string {
  const { path_strategy: strategy, default_org, default_repo } = storage;
  const isDefault = org === default_org && repo === default_repo;
  if ((strategy === 'single' || strategy === 'legacy') && isDefault) return '';
  if (strategy === 'legacy' && org === default_org) return repo;
  // Gerrit's orgs are URLs.
  const host = org
    .replace(/^https:\/\//, '')
    .replace(/^http:\/\//, '')
    .replace(/\/+$/, '');
  return `${host}_${repo.replaceAll('/', '_')}`;
}
