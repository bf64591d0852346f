/** Which ProwJobs a code host is told of (spec plugins-community.md B.2.1, B.2.5). */
import type { ProwJob, ProwJobType } from '../../domain/prowjob.ts';

export interface ReportRules {
  /** `github_reporter.job_types_to_report`. */
  jobTypes: readonly string[];
  /** Only jobs of this agent, where it is set. */
  agent?: string;
}

const reportable: readonly ProwJobType[] = ['presubmit', 'postsubmit'];
const gerritLabel = 'prow.k8s.io/gerrit-report-label';

export function isReported({ spec, metadata }: ProwJob, { jobTypes, agent }: ReportRules): boolean {
  if (!spec.report || metadata.labels[gerritLabel] !== undefined) return false;
  if (!reportable.includes(spec.type) || !jobTypes.includes(spec.type)) return false;
  return agent === undefined || agent === '' || spec.agent === agent;
}

/** Jobs that test several pulls at once belong to none of them. */
export function pullsOf({ spec }: ProwJob): number {
  return spec.refs?.pulls?.length ?? 0;
}

/**
 * The jobs that a summary is about, the newest of each name; undefined while one of the pull has not ended. All runs count,
 * whichever head they were for.
 */
export function summarisedJobs(jobs: readonly ProwJob[], rules: ReportRules): ProwJob[] | undefined {
  if (jobs.some(({ status }) => status.completionTime === undefined)) return undefined;
  const newest = new Map<string, ProwJob>();
  for (const job of jobs.filter((each) => isReported(each, rules))) {
    const known = newest.get(job.spec.job);
    if (!known || created(known) < created(job)) newest.set(job.spec.job, job);
  }
  return [...newest.values()];
}

function created({ metadata }: ProwJob): number {
  return Date.parse(metadata.creationTimestamp);
}
