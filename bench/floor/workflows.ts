/**
 * The floor: a bare workflow with as many activities as a plain ProwJob, in the same order, and nothing else. What Temporal
 * itself costs on this machine is what this costs.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { FloorActivities } from './activities.ts';

const { start, watch, record } = proxyActivities<FloorActivities>({
  taskQueue: 'floor-activities',
  startToCloseTimeout: 60_000,
});

export async function floor(): Promise<void> {
  await start();
  await Promise.all([watch(), record()]);
  await record();
}
