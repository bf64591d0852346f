/**
 * Schedules of what keeps the system itself in order, one mechanism for all: a workflow of short passes, one pass at a time, the
 * first one at once (spec jobs.md 7; integrations.md 6.5).
 */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { taskQueues, type workflowTypes } from '../../domain/wire.ts';

export interface MaintenanceSchedule {
  /** Of the schedule, and what the ids of its passes begin with. */
  id: string;
  workflowType: keyof typeof workflowTypes;
  everyMs: number;
  /** Argument of each pass. */
  input: object;
  /** What a pass does, for people. */
  summary: string;
}

const hourMs = 3_600_000;
/** The server's smallest interval. */
const leastMs = 1_000;

/** Creates the schedule, or gives it another period or argument; a person's pause stays. Answers what was done. */
export async function syncMaintenanceSchedule(
  client: Client,
  wanted: MaintenanceSchedule,
): Promise<'created' | 'updated' | 'unchanged'> {
  const definition = definitionOf(wanted);
  const [interval] = definition.spec.intervals;
  const handle = client.schedule.getHandle(wanted.id);
  try {
    const { spec, action } = await handle.describe();
    const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
    const samePeriod = spec.intervals?.length === 1 && spec.intervals[0]?.every === interval?.every;
    if (samePeriod && same(action.args, definition.action.args)) return 'unchanged';
    await handle.update(({ state }) => ({ ...definition, state }));
    return 'updated';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  try {
    await client.schedule.create({ scheduleId: wanted.id, ...definition, state: { triggerImmediately: true } });
    return 'created';
  } catch (error) {
    // Another worker was faster.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    return 'unchanged';
  }
}

/** Removes a schedule that nothing calls for any more; a pass under way goes on. Whether there was one. */
export async function dropMaintenanceSchedule(client: Client, id: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(id).delete();
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    return false;
  }
}

function definitionOf({ id, workflowType, everyMs, input, summary }: MaintenanceSchedule) {
  const every = Math.max(leastMs, everyMs);
  return {
    spec: { intervals: [{ every, offset: 0 }] },
    // A pass that was missed while the server was down is not made up for: the next one does all there is to do.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: Math.min(hourMs, Math.max(10_000, every)) },
    action: {
      type: 'startWorkflow',
      workflowType,
      taskQueue: taskQueues.actors,
      workflowId: id,
      args: [input],
      staticSummary: summary,
    },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
}
