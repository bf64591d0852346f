/**
 * The talk between jobs and limiters (architecture.md 3.7): activities with a client, because the other side may have ended,
 * which a workflow's own external signal would report as a failure.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { taskQueues, workflowTypes } from '../domain/wire.ts';
import type { limiter } from '../workflows/limiter.ts';
import { slotReleased, slotRequested, type SlotRound } from '../workflows/limiter.messages.ts';
import { slotGranted } from '../workflows/prow-job.messages.ts';
import { findClosed, type ClosedWorkflow } from './find-closed.ts';
import { inParallel } from './in-parallel.ts';

export interface SlotGrant {
  workflowId: string;
  /** The limiter's workflow id. */
  key: string;
  round: number;
}

export interface LimitActivities {
  /** Puts a job into the line of a limiter, which is started if it does not run. */
  requestSlot(request: { key: string; slot: SlotRound }): Promise<void>;
  /** Gives slots back, or gives up waiting for them. A limiter that has ended held nothing. */
  releaseSlots(release: { workflowId: string; slots: { key: string; round: number }[] }): Promise<void>;
  /** Tells jobs that they have a slot; answers with the workflow ids of those that have ended meanwhile. */
  grantSlots(grants: SlotGrant[]): Promise<string[]>;
  /** Of these workflows the ones that have ended or do not exist. */
  findClosed(workflowIds: string[]): Promise<ClosedWorkflow[]>;
}

/** Calls under way at once per activity. */
const parallel = 16;

export function createLimitActivities({ client }: { client: Client }): LimitActivities {
  return {
    async requestSlot({ key, slot }) {
      await client.workflow.signalWithStart<typeof limiter, [SlotRound]>(workflowTypes.limiter, {
        workflowId: key,
        taskQueue: taskQueues.actors,
        args: [{ v: 1 }],
        signal: slotRequested,
        signalArgs: [slot],
        staticSummary: `slots of ${key}`,
      });
    },
    async releaseSlots({ workflowId, slots }) {
      await inParallel(parallel, slots, async ({ key, round }) => {
        try {
          await client.workflow.getHandle(key).signal(slotReleased, { workflowId, round });
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      });
    },
    async grantSlots(grants) {
      const gone: string[] = [];
      await inParallel(parallel, grants, async ({ workflowId, key, round }) => {
        try {
          await client.workflow.getHandle(workflowId).signal(slotGranted, key, round);
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
          gone.push(workflowId);
        }
      });
      return gone.sort();
    },
    findClosed: (workflowIds) => findClosed(client, workflowIds),
  };
}
