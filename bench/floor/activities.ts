/** Activities of the floor: they answer at once, or start or signal a workflow and nothing more. */
import type { Client } from '@temporalio/client';
import { floorQueue } from './queues.ts';
import type { floor } from './workflows.ts';

export interface FloorActivities {
  start(): Promise<void>;
  watch(): Promise<void>;
  record(): Promise<void>;
  startFloor(workflowId: string): Promise<void>;
  /** Tells a bare actor of so many events of one activity. */
  echo(workflowId: string, events: number): Promise<void>;
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
    async echo(workflowId, events) {
      const actor = client.workflow.getHandle(workflowId);
      for (let told = 0; told < events; told += 1) await actor.signal('floorTold', { activities: 1, echoes: 0 });
    },
  };
}
