/** Which ProwJobs a code host is told of (spec plugins-community.md B.2.1, B.2.5). */
import type { MainConfig } from '../../domain/main-config.ts';
import { coversRepo } from '../../domain/plugin-config.ts';
import type { ProwJobSpec, ProwJobType } from '../../domain/prowjob.ts';
import type { ChangeJob } from '../../domain/review/change-jobs.ts';
import type { RepoName } from '../../domain/review/item.ts';

/** A ProwJob, or what one is started from. */
export interface Reportable {
  spec: ProwJobSpec;
  labels: Readonly<Record<string, string>>;
}

export interface ReportRules {
  /** `github_reporter.job_types_to_report`. */
  jobTypes: readonly string[];
  /** Only jobs of this agent, where it is set. */
  agent?: string;
}

/** Types of job that can be reported: batches belong to no one pull, periodics to no commit. */
const reportable: readonly ProwJobType[] = ['presubmit', 'postsubmit'];
const gerritLabel = 'prow.k8s.io/gerrit-report-label';

export function reportRulesOf({ github_reporter: reporter }: Pick<MainConfig, 'github_reporter'>): ReportRules {
  return { jobTypes: reporter?.job_types_to_report ?? reportable };
}

export function isReported({ spec, labels }: Reportable, { jobTypes, agent }: ReportRules): boolean {
  if (!spec.report || labels[gerritLabel] !== undefined) return false;
  if (!reportable.includes(spec.type) || !jobTypes.includes(spec.type)) return false;
  return agent === undefined || agent === '' || spec.agent === agent;
}

/** How failed tests are told in comments: with each job that has ended, once all have, or not at all. */
export function commentMode(
  { github_reporter: reporter }: Pick<MainConfig, 'github_reporter'>,
  { org, repo }: RepoName,
): 'each' | 'summary' | 'none' {
  if (coversRepo(reporter?.no_comment_repos ?? [], org, repo)) return 'none';
  return coversRepo(reporter?.summary_comment_repos ?? [], org, repo) ? 'summary' : 'each';
}

/**
 * The jobs that a summary is about, the newest of each name; undefined while one of the pull has not ended. All runs count,
 * whichever head they were for.
 */
export function summarisedJobs(jobs: readonly ChangeJob[]): ChangeJob[] | undefined {
  if (jobs.some(({ complete }) => !complete)) return undefined;
  const newest = new Map<string, ChangeJob>();
  for (const job of jobs) {
    const known = newest.get(job.job);
    if (job.report && (!known || started(known) < started(job))) newest.set(job.job, job);
  }
  return [...newest.values()];
}

function started({ startedAt }: ChangeJob): number {
  return Date.parse(startedAt);
}
