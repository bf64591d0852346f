/** Activities of the floor: they answer at once, or start a workflow and nothing more. */
import type { Client } from '@temporalio/client';
import { floorQueue } from './queues.ts';
import type { floor } from './workflows.ts';

export interface FloorActivities {
  start(): Promise<void>;
  watch(): Promise<void>;
  record(): Promise<void>;
  startFloor(workflowId: string): Promise<void>;
}

export function createFloorActivities(client: Client): FloorActivities {
  const nothing = async () => undefined;
  return {
    start: nothing,
    watch: nothing,
    record: nothing,
    async startFloor(workflowId) {
      await client.workflow.start<typeof floor>('floor', { taskQueue: floorQueue, workflowId });
    },
  };
}
