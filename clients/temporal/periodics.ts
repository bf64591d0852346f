/**
 * Periodics through Temporal: schedules for `interval` and `cron`, looping workflows for `minimum_interval`, one face for
 * both (architecture.md 3.6).
 */
import { ScheduleNotFoundError, WorkflowNotFoundError, type Client, type ScheduleSummary } from '@temporalio/client';
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
        () => scheduleOf(job).trigger(),
        () => loopOf(job).signal(signals.trigger),
      ),
  };
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
