/**
 * Periodics with `interval` or `cron` as Temporal Schedules: one each, id `periodic:<job>` (temporal.md 3.1).
 */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleOptions,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { memoKey } from '../../domain/prowjob-memo.ts';
import { startAttributes, startMemo, startSummary } from '../../domain/prowjob-start.ts';
import type { CompiledSchedule } from '../../domain/schedule.ts';
import { firstRunDelayMs, onceAt, secondOf } from '../../domain/schedule-first-run.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { attributePairs, configHashKey, jobKey, scheduleKey } from '../../workflows/search-attributes.ts';
import type { DesiredPeriodic, PeriodicTarget } from '../schedules.ts';

type Desired = DesiredPeriodic<CompiledSchedule>;

export function createScheduleTarget(client: Client): PeriodicTarget<CompiledSchedule> {
  const { schedule } = client;
  const update = (desired: Desired) =>
    schedule.getHandle(ids.periodicSchedule(desired.job)).update((previous) => {
      // The SDK resends everything, so the definition is built anew; an operator's pause is the one thing that stays.
      return { ...definition(desired), state: previous.state } satisfies ScheduleUpdateOptions;
    });
  return {
    async list() {
      const found = new Map<string, string | undefined>();
      for await (const item of schedule.list({ pageSize: 1000 })) {
        if (!item.scheduleId.startsWith(ids.periodicSchedulePrefix)) continue;
        const job = item.typedSearchAttributes?.get(jobKey) ?? item.scheduleId.slice(ids.periodicSchedulePrefix.length);
        found.set(job, item.typedSearchAttributes?.get(configHashKey));
      }
      return found;
    },

    async create(desired, { spreadFirstRun }) {
      const { spec, ...rest } = definition(desired);
      const { triggerImmediately, overlap } = desired.compiled;
      const firstMs = Date.now() + (spreadFirstRun ? firstRunDelayMs(desired.job) : 0);
      const firstRun = triggerImmediately ? [onceAt(new Date(firstMs))] : [];
      try {
        await schedule.create({
          scheduleId: ids.periodicSchedule(desired.job),
          ...rest,
          spec: { ...spec, calendars: [...(spec.calendars ?? []), ...firstRun] },
          // Not the SDK's `triggerImmediately`: a run that it starts is not counted as running, and overlaps the next.
          ...(triggerImmediately && !spreadFirstRun && { state: { backfill: [{ ...secondOf(firstMs), overlap }] } }),
        });
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
        await update(desired);
      }
    },

    update,

    async delete(job) {
      try {
        await schedule.getHandle(ids.periodicSchedule(job)).delete();
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      }
    },
  };
}

function definition({ job, hash, schedule, compiled, input }: Desired) {
  const { spec, overlap, catchupWindowMs } = compiled;
  return {
    spec: {
      timezone: 'UTC',
      ...(spec.intervals && {
        intervals: spec.intervals.map(({ everyMs, offsetMs }) => ({ every: everyMs, offset: offsetMs })),
      }),
      ...(spec.calendars && { calendars: spec.calendars }),
    },
    policies: { overlap, catchupWindow: catchupWindowMs },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: jobKey, value: job },
      { key: configHashKey, value: hash },
      { key: scheduleKey, value: schedule.slice(0, 250) },
    ]),
    action: {
      type: 'startWorkflow',
      workflowType: workflowTypes.prowJob,
      taskQueue: taskQueues.jobs,
      workflowId: ids.periodicSchedule(job),
      args: [input],
      memo: { [memoKey]: startMemo(input) },
      typedSearchAttributes: new TypedSearchAttributes(attributePairs(startAttributes(input))),
      staticSummary: startSummary(input.spec),
    },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
}
