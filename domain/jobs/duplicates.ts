/**
 * Older runs of a presubmit that a newer one makes pointless (spec jobs.md 5.3): same job, same base branches, same pull
 * requests. Commits are not compared, since a new push is the very reason to drop the older run.
 */
import type { Refs } from '../job-config.ts';
import { isComplete, type ProwJob, type ProwJobState } from '../prowjob.ts';

/** The reporter that must not tell the code host about a dropped run: its context belongs to the newer one. */
const silencedReporter = 'github-reporter';

/** What decides which of several runs goes on. */
export interface RunFacts {
  /** Equal for runs of which one is enough. */
  key: string;
  type: string;
  state: ProwJobState;
  isComplete: boolean;
  startedMs: number;
}

/** Those to be aborted, in the order given. Per key the latest start survives, on a tie the first given. */
export function olderDuplicates(jobs: readonly ProwJob[]): ProwJob[] {
  return olderRuns(jobs, (job) => ({
    key: duplicateKey(job),
    type: job.spec.type,
    state: job.status.state,
    isComplete: isComplete(job),
    startedMs: Date.parse(job.status.startTime),
  }));
}

/** The same for runs that are known by other than the whole object. */
export function olderRuns<T>(runs: readonly T[], factsOf: (run: T) => RunFacts): T[] {
  const survivors = new Map<string, { run: T; startedMs: number }>();
  const older = new Set<T>();
  for (const run of runs) {
    const facts = factsOf(run);
    if (!isCandidate(facts)) continue;
    const { key, startedMs } = facts;
    const survivor = survivors.get(key);
    const isNewer = survivor === undefined || survivor.startedMs < startedMs;
    if (isNewer) survivors.set(key, { run, startedMs });
    const loser = isNewer ? survivor?.run : run;
    if (loser !== undefined) older.add(loser);
  }
  return runs.filter((run) => older.has(run));
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
function isCandidate({ type, state, isComplete }: RunFacts): boolean {
  return type === 'presubmit' && !isComplete && (state === 'triggered' || state === 'pending');
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
