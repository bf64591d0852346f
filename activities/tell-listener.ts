/** Tells those who listen to a ProwJob that it has changed (architecture.md 2.3). */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { signalActor } from '../clients/temporal/actor-signals.ts';
import type { JobChanged, Listener } from '../domain/prowjob-input.ts';
import { targetOfActor } from '../domain/review/actor-target.ts';
import { signals } from '../domain/wire.ts';

/**
 * The actor of a change or a repository is started where it does not run: it may never have heard of the job. Any other
 * listener that has ended no longer wants to know.
 */
export async function tellListener(client: Client, { workflowId }: Listener, change: JobChanged): Promise<void> {
  const actor = targetOfActor(workflowId);
  if (actor) {
    await signalActor(client, actor, signals.jobChanged, change);
    return;
  }
  try {
    await client.workflow.getHandle(workflowId).signal(signals.jobChanged, change);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
