/**
 * Tells the host how the jobs stand, beside the line of events: changes of about a second are one report, and what the host knows
 * is not written again (architecture.md 2.3).
 */
import { sleep } from '@temporalio/workflow';
import type { ActorState } from '../../domain/review/actor-state.ts';
import type { ActorTarget } from '../../domain/review/actor-target.ts';
import { pauseBeforeTry } from '../../domain/review/second-chance.ts';
import { activityProblem } from './activity-problem.ts';
import type { ActorActivities } from './actor-activities.ts';
import type { Chronicle } from './chronicle.ts';
import type { JobBook } from './job-book.ts';
import { createLane, type Lane } from './lane.ts';
import { summaryLine } from './summary.ts';

/** Jobs that start are pending a moment later, and jobs of one change end together. */
const gatherMs = 1_000;

export interface ReportLaneOptions {
  target: ActorTarget;
  state: Pick<ActorState, 'reportsHeld'>;
  acts: Pick<ActorActivities, 'reportJobs'>;
  book: JobBook;
  chronicle: Chronicle;
  /** Told when the host knows everything. */
  idle: () => void;
}

export function createReportLane({ target, state, acts, book, chronicle, idle }: ReportLaneOptions): Lane {
  const { host, org, repo } = target;
  const of = target.kind === 'change' ? { org, repo, number: target.number } : { org, repo };

  const report = async () => {
    await sleep(gatherMs, { summary: 'gather reports' });
    const jobs = book.untold();
    if (jobs.length === 0) return;
    const summary = `report ${jobs.map(({ job, state: jobState }) => `${job}: ${jobState}`).join(', ')}`;
    const all = target.kind === 'change' ? { all: book.counting() } : {};
    try {
      const request = { host, of, jobs, ...all };
      const { refused } = await acts.reportJobs.executeWithOptions({ summary: summaryLine(summary) }, [request]);
      for (const { job, reason } of refused) chronicle.failed({ story: `report of ${job}`, what: 'report', reason });
      delete state.reportsHeld;
    } catch (error) {
      const { message } = activityProblem(error);
      chronicle.failed({ story: summaryLine(summary), what: 'report', reason: message });
      const tries = state.reportsHeld?.tries ?? 0;
      const pause = pauseBeforeTry(tries);
      if (pause !== undefined) {
        state.reportsHeld = { tries: tries + 1, at: Date.now() + pause };
        return;
      }
      delete state.reportsHeld;
    }
    // Given up, where all tries have failed: the next change of a job is told again.
    book.told(jobs);
  };

  const next = () => {
    if (book.untold().length === 0) {
      delete state.reportsHeld;
      return undefined;
    }
    return state.reportsHeld && state.reportsHeld.at > Date.now() ? undefined : report;
  };
  return createLane(next, idle);
}
