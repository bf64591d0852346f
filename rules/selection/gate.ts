/**
 * The last question before a job is started for a change or a push: branch filter, then `always_run` and change filters
 * (spec jobs.md 3.1).
 */
import type { ChangeFilter, Postsubmit, Presubmit } from '../../domain/job-config.ts';
import { branchMatches } from '../branches.ts';
import { compileRegex } from '../regex.ts';

/** Names of changed files, fetched only when a job asks; rejects when they cannot be had. */
export type ChangedFiles = () => Promise<readonly string[]>;

export interface Wish {
  /** Runs whatever changed; files are not even fetched. */
  forced: boolean;
  /** The answer where no change filter says yes. */
  byDefault: boolean;
}

/** The branch filter is never overridden, not even by a command that names the job. */
export async function presubmitRuns(
  job: Presubmit,
  branch: string,
  changedFiles: ChangedFiles,
  { forced, byDefault }: Wish,
): Promise<boolean> {
  if (!branchMatches(job, branch)) return false;
  if (job.always_run || forced) return true;
  // Fetched even where the default is yes already: an error ends the whole selection, as in Prow.
  return (hasChangeFilter(job) && changeMatches(job, await changedFiles())) || byDefault;
}

export async function postsubmitRuns(job: Postsubmit, branch: string, changedFiles: ChangedFiles): Promise<boolean> {
  if (!branchMatches(job, branch)) return false;
  if (hasChangeFilter(job)) return changeMatches(job, await changedFiles());
  return job.always_run ?? true;
}

export function hasChangeFilter(job: ChangeFilter): boolean {
  return Boolean(job.run_if_changed || job.skip_if_only_changed);
}

/** Neither always run nor conditional: only a command that names it starts the job. */
export function isManual(job: Presubmit): boolean {
  return !job.always_run && !hasChangeFilter(job);
}

/** With no file at all both filters say no. */
function changeMatches(job: ChangeFilter, files: readonly string[]): boolean {
  if (job.run_if_changed) {
    const wanted = compileRegex(job.run_if_changed);
    return files.some((file) => wanted.test(file));
  }
  const harmless = compileRegex(job.skip_if_only_changed ?? '');
  return files.some((file) => !harmless.test(file));
}
