/**
 * The floor: bare workflows with the activities of what is compared with them, in the same order, and nothing else. What
 * Temporal itself costs on this machine is what these cost.
 */
import {
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { FloorActivities } from './activities.ts';
import { floorActivityQueue } from './queues.ts';

const { start, watch, record, startFloor, echo } = proxyActivities<FloorActivities>({
  taskQueue: floorActivityQueue,
  startToCloseTimeout: 60_000,
});

const locally = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: 5_000 });

/** Beside a plain `prowJob` whose parts are in processes of their own: start the run, watch it, record the end. No signals. */
export async function floor(): Promise<void> {
  await start();
  await watch();
  await record();
}

/** Beside one where a single process does everything, as with `npm start`: the end is recorded where the workflow runs. */
export async function floorLocally(): Promise<void> {
  await start();
  await watch();
  await locally.record();
}

/** Beside `startJob`: resolve, then start. Returns the started workflow's id. */
export async function floorStart(): Promise<string> {
  await start();
  const workflowId = `${workflowInfo().workflowId}-started`;
  await startFloor(workflowId);
  return workflowId;
}

/** One event of a bare actor: so many activities, of which the last makes so many further events come, of one activity each. */
export interface FloorEvent {
  activities: number;
  echoes: number;
}

export const floorTold = defineSignal<[FloorEvent]>('floorTold');

/** Beside `changeActor`: takes its events in order and ends when it has handled so many. */
export async function floorActor(events: number): Promise<void> {
  const waiting: FloorEvent[] = [];
  setHandler(floorTold, (event) => void waiting.push(event));
  for (let handled = 0; handled < events; handled += 1) {
    await condition(() => waiting.length > 0);
    const { activities, echoes } = waiting.shift() ?? { activities: 0, echoes: 0 };
    for (let done = 1; done < activities; done += 1) await record();
    await (echoes > 0 ? echo(workflowInfo().workflowId, echoes) : record());
  }
}
