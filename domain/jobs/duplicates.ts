/**
 * Older runs of a presubmit that a newer one makes pointless (spec jobs.md 5.3): same job, same base branches, same pull
 * requests. Commits are not compared, since a new push is the very reason to drop the older run.
 */
import type { Refs } from '../job-config.ts';
import { isComplete, type ProwJob } from '../prowjob.ts';

/** The reporter that must not tell the code host about a dropped run: its context belongs to the newer one. */
const silencedReporter = 'github-reporter';

/** Those to be aborted, in the order given. Per key the latest start survives, on a tie the first given. */
export function olderDuplicates(jobs: readonly ProwJob[]): ProwJob[] {
  const survivors = new Map<string, ProwJob>();
  const older = new Set<ProwJob>();
  for (const job of jobs) {
    if (!isCandidate(job)) continue;
    const key = duplicateKey(job);
    const survivor = survivors.get(key);
    const isNewer = survivor === undefined || startMs(survivor) < startMs(job);
    if (isNewer) survivors.set(key, job);
    const loser = isNewer ? survivor : job;
    if (loser) older.add(loser);
  }
  return jobs.filter((job) => older.has(job));
}

/** The dropped run: not complete until it has really ended, description unchanged, code host not told. */
export function abortedAsDuplicate(job: ProwJob): ProwJob {
  const { status } = job;
  return {
    ...job,
    status: {
      ...status,
      state: 'aborted',
      prev_report_states: { ...status.prev_report_states, [silencedReporter]: 'aborted' },
    },
  };
}

/** Batches are never dropped. */
function isCandidate(job: ProwJob): boolean {
  const { state } = job.status;
  return job.spec.type === 'presubmit' && !isComplete(job) && (state === 'triggered' || state === 'pending');
}

function startMs({ status }: ProwJob): number {
  return Date.parse(status.startTime);
}

/** Equal for runs of one job on the same changes. */
export function duplicateKey({ spec }: Pick<ProwJob, 'spec'>): string {
  const refs = [...(spec.refs ? [spec.refs] : []), ...(spec.extra_refs ?? [])];
  return JSON.stringify([spec.type, spec.job, ...refs.map(refsKey).sort()]);
}

function refsKey({ org, repo, base_ref, pulls = [] }: Refs): string {
  const numbers = pulls.map(({ number }) => number).sort((a, b) => a - b);
  return `${org}/${repo}@${base_ref ?? ''} ${numbers.join(' ')}`;
}
