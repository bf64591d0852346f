/**
 * Asks the server which workflows have ended: the answer to a message that never came.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { inParallel } from './in-parallel.ts';

export interface ClosedWorkflow {
  workflowId: string;
  /** When it ended (ms); absent when the server knows nothing of it any more. */
  closedAt?: number;
}

/** Describes the latest run of each id, a few at a time; sorted by id. */
export async function findClosed(client: Client, workflowIds: readonly string[]): Promise<ClosedWorkflow[]> {
  const closed: ClosedWorkflow[] = [];
  await inParallel(16, workflowIds, async (workflowId) => {
    try {
      const { closeTime } = await client.workflow.getHandle(workflowId).describe();
      if (closeTime) closed.push({ workflowId, closedAt: closeTime.getTime() });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      closed.push({ workflowId });
    }
  });
  return closed.sort((a, b) => (a.workflowId < b.workflowId ? -1 : 1));
}
