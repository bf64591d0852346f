/**
 * The ProwJobs of a change or repository as its actor knows them: which go on, which a newer run has made pointless, and which the
 * host has not been told of (architecture.md 2.3, 3.7; spec jobs.md 5.3).
 */
import { olderRuns } from '../../domain/jobs/duplicates.ts';
import { statusStates } from '../../domain/jobs/status-state.ts';
import type { JobChanged } from '../../domain/prowjob-input.ts';
import type { ActorJob, ActorState } from '../../domain/review/actor-state.ts';
import type { ChangeJob } from '../../domain/review/change-jobs.ts';
import { stableHash } from '../../domain/wire.ts';

export interface JobBook {
  /** Jobs that were started. What they have told by themselves meanwhile counts more. */
  add(jobs: readonly ChangeJob[], now: number): void;
  /** A job tells of itself. Answers with false where it is not known, and does not say who it is. */
  change(change: JobChanged, now: number): boolean;
  /** Marks runs that a newer one has made pointless, and answers with those that were not marked before. */
  supersede(): ActorJob[];
  /** Presubmits that go on. */
  runningPresubmits(): ActorJob[];
  /** Whose status the host does not know: of each context of a commit, the newest. */
  untold(): ActorJob[];
  /** The host has been told of these, as they are given. */
  told(jobs: readonly ActorJob[]): void;
  /** What the report comment is about; a summary also waits for those that are not reported (spec plugins-community.md B.2.5). */
  counting(): ActorJob[];
  /** Jobs that go on and were not heard of since this time; from now on they count as heard of. */
  askAfter(silentSince: number, now: number): ActorJob[];
  /** When the longest silent one was heard of (ms); undefined where none goes on. */
  longestSilent(): number | undefined;
  /** Their workflows have ended, and did not say how. */
  lost(workflowIds: readonly string[], now: number): void;
}

/** Jobs that have ended and are kept, each the newest of its context; more than repositories have. */
const maxKept = 200;
const lostDescription = 'The workflow of this ProwJob has ended without telling what became of it.';

export function createJobBook(state: Pick<ActorState, 'jobs'>): JobBook {
  const find = (name: string) => state.jobs.find((job) => job.name === name);
  const put = (job: ActorJob) => {
    if (find(job.name)) state.jobs = state.jobs.map((known) => (known.name === job.name ? job : known));
    else state.jobs = [...state.jobs, job].toSorted(byStart);
  };

  /** Forgets what has ended, is told, and is not the newest of its context. */
  const forget = () => {
    const newest = new Map(state.jobs.map((job) => [contextOf(job), job]));
    const isDone = (job: ActorJob) => job.complete && (job.superseded || isTold(job) || isOutdated(job, state.jobs));
    state.jobs = state.jobs.filter((job) => !isDone(job) || newest.get(contextOf(job)) === job);
    const complete = state.jobs.filter(isDone);
    const tooMany = new Set(complete.slice(0, Math.max(0, complete.length - maxKept)));
    if (tooMany.size > 0) state.jobs = state.jobs.filter((job) => !tooMany.has(job));
  };

  return {
    add(jobs, now) {
      for (const job of jobs) if (!find(job.name)) put({ ...job, heardAt: now });
      forget();
    },

    change({ name, state: jobState, complete, url, description, change }, now) {
      const known = find(name);
      const job = known ?? change;
      if (!job) return false;
      // A message that was sent twice may come after a later one.
      if (known?.complete && !complete) return true;
      put({
        ...job,
        state: jobState,
        complete,
        heardAt: now,
        ...(url && { url }),
        ...(description && { description }),
      });
      forget();
      return true;
    },

    supersede() {
      const rivals = state.jobs.filter(({ superseded }) => !superseded);
      // Of runs that began in the same second the one that was heard of last survives.
      const older = olderRuns(rivals.toReversed(), (job) => ({
        key: job.key,
        type: job.type,
        state: job.state,
        isComplete: job.complete,
        startedMs: Date.parse(job.startedAt),
      }));
      for (const job of older) put({ ...job, superseded: true });
      return older;
    },

    runningPresubmits: () =>
      state.jobs.filter(({ type, complete, superseded }) => type === 'presubmit' && !complete && !superseded),

    untold: () => state.jobs.filter((job) => isReported(job) && !isTold(job) && !isOutdated(job, state.jobs)),

    told(jobs) {
      for (const { name, told: _told, ...as } of jobs) {
        const known = find(name);
        if (known) put({ ...known, told: statusOf(as) });
      }
      forget();
    },

    counting: () => state.jobs.filter(({ superseded }) => !superseded),

    askAfter(silentSince, now) {
      const silent = state.jobs.filter(({ complete, heardAt }) => !complete && heardAt <= silentSince);
      for (const job of silent) put({ ...job, heardAt: now });
      return silent;
    },

    longestSilent() {
      const times = state.jobs.filter(({ complete }) => !complete).map(({ heardAt }) => heardAt);
      return times.length === 0 ? undefined : Math.min(...times);
    },

    lost(workflowIds, now) {
      for (const job of state.jobs) {
        if (job.complete || !workflowIds.includes(job.workflowId)) continue;
        put({ ...job, state: 'error', complete: true, description: lostDescription, heardAt: now });
      }
      forget();
    },
  };
}

/** Sorting is stable: of jobs that began in the same second the one that was put last is the later. */
function byStart(a: ChangeJob, b: ChangeJob): number {
  return Date.parse(a.startedAt) - Date.parse(b.startedAt) || 0;
}

function isReported({ report, superseded }: ActorJob): boolean {
  return report !== undefined && !superseded;
}

function isTold(job: ActorJob): boolean {
  return !isReported(job) || job.told === statusOf(job);
}

/** What the host shows of it, as a hash: equal statuses are written once. */
function statusOf({ state, description = '', url = '' }: Pick<ChangeJob, 'state' | 'description' | 'url'>): string {
  return stableHash(JSON.stringify([statusStates[state], description, url]));
}

function contextOf({ report, job }: ChangeJob): string {
  return report?.context ?? job;
}

/** A later run has the same context of the same commit, and its status is the one that counts. */
function isOutdated(job: ActorJob, all: readonly ActorJob[]): boolean {
  const later = all.slice(all.indexOf(job) + 1);
  return later.some(
    (other) => isReported(other) && contextOf(other) === contextOf(job) && other.report?.sha === job.report?.sha,
  );
}
