/**
 * What a warning is: something that the loader accepts, and that whoever wrote it most likely did not mean (spec jobs.md 1.12).
 */
import type { JobBase, Periodic, Postsubmit, Presubmit } from '../../domain/job-config.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { Problem } from '../problem.ts';

export interface WarningContext {
  config: LoadedConfig;
  /** Keys that nothing reads, of the main file and of job files. */
  unknownKeys: readonly Problem[];
  /** Files that hold the main configuration. */
  isMainFile: (file: string) => boolean;
  /** Annotations that every job must have. */
  requiredAnnotations: readonly string[];
  /** What plank last wrote of the build clusters to `plank.build_cluster_status_file`; absent where nothing is known. */
  clusters?: ReadonlySet<string>;
}

export interface Warning {
  /** Prow's name of it, for `--warnings` and `--exclude-warning`. */
  name: string;
  /** Checked when no `--warnings` are given. */
  byDefault: boolean;
  /** For help and docs. */
  description: string;
  find(context: WarningContext): Problem[];
}

export interface JobOfRepo {
  kind: 'presubmit' | 'postsubmit' | 'periodic';
  /** `org/repo`; empty for periodics. */
  repo: string;
  job: Presubmit | Postsubmit | Periodic;
}

/** All jobs, presubmits first, in load order. */
export function allJobs({ presubmits, postsubmits, periodics }: LoadedConfig): JobOfRepo[] {
  return [
    ...[...presubmits].flatMap(([repo, jobs]) => jobs.map((job): JobOfRepo => ({ kind: 'presubmit', repo, job }))),
    ...[...postsubmits].flatMap(([repo, jobs]) => jobs.map((job): JobOfRepo => ({ kind: 'postsubmit', repo, job }))),
    ...periodics.map((job): JobOfRepo => ({ kind: 'periodic', repo: '', job })),
  ];
}

/** Problems of jobs: those for which `check` has something to say. */
export function jobProblems(
  config: LoadedConfig,
  key: string,
  check: (job: JobBase, of: JobOfRepo) => string | undefined,
): Problem[] {
  return allJobs(config).flatMap((of) => {
    const message = check(of.job, of);
    if (message === undefined) return [];
    const file = config.sourceOf(of.job);
    return [{ ...(file !== undefined && { file }), job: of.job.name, key, message }];
  });
}
