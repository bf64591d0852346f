/**
 * The schedule of the sweep: every `sinker.resync_period`, one pass at a time, the first one at once (spec jobs.md 7).
 */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import type { SinkerInput } from '../../domain/sinker/pass.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';

const hourMs = 3_600_000;
/** The server's smallest interval. */
const leastMs = 1_000;

/** Creates the schedule, or gives it another period; a person's pause stays. Answers what was done. */
export async function syncSinkerSchedule(
  client: Client,
  resyncPeriodMs: number,
): Promise<'created' | 'updated' | 'unchanged'> {
  const everyMs = Math.max(leastMs, resyncPeriodMs);
  const handle = client.schedule.getHandle(ids.sinker);
  try {
    const { spec } = await handle.describe();
    if (spec.intervals?.length === 1 && spec.intervals[0]?.every === everyMs) return 'unchanged';
    await handle.update(({ state }) => ({ ...definition(everyMs), state }));
    return 'updated';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  try {
    await client.schedule.create({
      scheduleId: ids.sinker,
      ...definition(everyMs),
      state: { triggerImmediately: true },
    });
    return 'created';
  } catch (error) {
    // Another worker was faster.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    return 'unchanged';
  }
}

function definition(everyMs: number) {
  const input: SinkerInput = { v: 1 };
  return {
    spec: { intervals: [{ every: everyMs, offset: 0 }] },
    // A pass that was missed while the server was down is not made up for: the next one does all there is to do.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: Math.min(hourMs, Math.max(10_000, everyMs)) },
    action: {
      type: 'startWorkflow',
      workflowType: workflowTypes.sinker,
      taskQueue: taskQueues.actors,
      workflowId: ids.sinker,
      args: [input],
      staticSummary: 'sweep of old pods, ProwJobs and records',
    },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
}
