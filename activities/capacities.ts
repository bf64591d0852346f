/**
 * Tells the limiters of queues and of the whole installation their capacities after a change of configuration
 * (architecture.md 3.7). A limiter that does not run has no one waiting and learns it with the next request.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { LoadedConfig } from '../domain/main-config.ts';
import { ids, signals } from '../domain/wire.ts';

export interface CapacityActivities {
  syncCapacities(): Promise<void>;
}

export function createCapacityActivities(deps: { client: Client; config(): LoadedConfig }): CapacityActivities {
  return {
    async syncCapacities() {
      const { job_queue_capacities: queues = {}, max_concurrency: global } = deps.config().main.plank;
      // For the installation 0 means "no limit", which the limiter says with a negative number, as queues do.
      const capacities = new Map<string, number>([[ids.limitGlobal, global > 0 ? global : -1]]);
      for (const [queue, capacity] of Object.entries(queues)) capacities.set(ids.limitQueue(queue), capacity);
      for (const [workflowId, capacity] of capacities) {
        try {
          await deps.client.workflow.getHandle(workflowId).signal(signals.configChanged, { capacity });
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      }
    },
  };
}
