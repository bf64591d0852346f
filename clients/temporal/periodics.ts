/**
 * Periodics through Temporal: schedules for `interval` and `cron`, looping workflows for `minimum_interval`, one face for
 * both (architecture.md 3.6).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ScheduleNotFoundError,
  WorkflowNotFoundError,
  type Client,
  type ScheduleHandle,
  type ScheduleSummary,
} from '@temporalio/client';
import { ids, queries, signals, workflowTypes } from '../../domain/wire.ts';
import { RefusedError, type Periodics, type PeriodicSummary } from './api.ts';

export function createPeriodics(client: Client): Periodics {
  /** Tries the schedule of that name, then the loop. */
  const either = async (job: string, schedule: () => Promise<unknown>, loop: () => Promise<unknown>) => {
    try {
      await schedule();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      await loop().catch((second: unknown) => {
        if (second instanceof WorkflowNotFoundError) throw unknownPeriodic(job);
        throw second;
      });
    }
  };
  const scheduleOf = (job: string) => client.schedule.getHandle(ids.periodicSchedule(job));
  const loopOf = (job: string) => client.workflow.getHandle(ids.periodicLoop(job));

  return {
    async *list() {
      for await (const summary of client.schedule.list({ pageSize: 1000 })) {
        if (summary.scheduleId.startsWith(ids.periodicSchedulePrefix)) yield fromSchedule(summary);
      }
      const query = `WorkflowType="${workflowTypes.periodicLoop}" AND ExecutionStatus="Running"`;
      for await (const loop of client.workflow.list({ query })) {
        const state = await client.workflow.getHandle(loop.workflowId).query<LoopState>(queries.state);
        yield fromLoop(state, textOf(loop.searchAttributes['ProwConfigHash']));
      }
    },

    pause: (job, note) =>
      either(
        job,
        () => scheduleOf(job).pause(note),
        () => loopOf(job).signal(signals.pause, note),
      ),
    resume: (job, note) =>
      either(
        job,
        () => scheduleOf(job).unpause(note),
        () => loopOf(job).signal(signals.resume, note),
      ),
    trigger: (job) =>
      either(
        job,
        () => triggerSchedule(scheduleOf(job)),
        () => loopOf(job).signal(signals.trigger),
      ),
  };
}

/**
 * Starts a run now by the job's own overlap rule. Where that drops a firing while a run is under way, this one waits for the
 * end instead: an operator's wish is not dropped without a word.
 */
async function triggerSchedule(schedule: ScheduleHandle): Promise<void> {
  const { policies, info } = await schedule.describe();
  // The server names runs by the second, and a second run of the same second would be taken for the first. Its clock need not
  // be ours, so a last run in our future is waited for no longer than one of this second.
  const last = info.recentActions.at(-1)?.scheduledAt.getTime() ?? 0;
  if (Math.abs(Date.now() - last) < 1_500) await sleep(1_100);
  await schedule.trigger(policies.overlap === 'SKIP' ? 'BUFFER_ONE' : policies.overlap);
}

/** What a loop answers to the query `state`; see `workflows/periodic-loop.messages.ts`. */
interface LoopState {
  job: string;
  schedule: string;
  paused: boolean;
  note?: string;
  nextRun?: string;
  lastRun?: string;
  running: number;
}

function unknownPeriodic(job: string): RefusedError {
  return new RefusedError('JobNotFound', `No periodic named ${job} is scheduled.`);
}

function fromSchedule(summary: ScheduleSummary): PeriodicSummary {
  const { state, info, searchAttributes } = summary;
  const nextRun = info.nextActionTimes[0];
  const lastRun = info.recentActions.at(-1)?.takenAt;
  const configHash = textOf(searchAttributes?.['ProwConfigHash']);
  return {
    job: textOf(searchAttributes?.['ProwJob']) ?? summary.scheduleId.slice(ids.periodicSchedulePrefix.length),
    kind: 'schedule',
    schedule: textOf(searchAttributes?.['ProwSchedule']) ?? '',
    paused: state.paused,
    // A list does not say how many run now; recent actions do not tell whether they have ended.
    running: 0,
    ...(state.note && { note: state.note }),
    ...(nextRun && !state.paused && { nextRun }),
    ...(lastRun && { lastRun }),
    ...(configHash && { configHash }),
  };
}

function fromLoop(loop: LoopState, configHash: string | undefined): PeriodicSummary {
  return {
    job: loop.job,
    kind: 'loop',
    schedule: loop.schedule,
    paused: loop.paused,
    running: loop.running,
    ...(loop.note && { note: loop.note }),
    ...(loop.nextRun && { nextRun: new Date(loop.nextRun) }),
    ...(loop.lastRun && { lastRun: new Date(loop.lastRun) }),
    ...(configHash && { configHash }),
  };
}

function textOf(values: readonly unknown[] | undefined): string | undefined {
  const [value] = values ?? [];
  return typeof value === 'string' ? value : undefined;
}
