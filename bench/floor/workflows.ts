/**
 * The floor: bare workflows with as many activities as what is compared with them, in the same order, and nothing else. What
 * Temporal itself costs on this machine is what these cost.
 */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { FloorActivities } from './activities.ts';
import { floorActivityQueue } from './queues.ts';

const { start, watch, record, startFloor } = proxyActivities<FloorActivities>({
  taskQueue: floorActivityQueue,
  startToCloseTimeout: 60_000,
});

/** Beside a plain `prowJob`: start the run and record `pending`, watch it, record the end. No signals. */
export async function floor(): Promise<void> {
  await start();
  await watch();
  await record();
}

/** Beside `startJob`: resolve, then start. Returns the started workflow's id. */
export async function floorStart(): Promise<string> {
  await start();
  const workflowId = `${workflowInfo().workflowId}-started`;
  await startFloor(workflowId);
  return workflowId;
}
