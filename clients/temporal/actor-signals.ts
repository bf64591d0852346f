/** Hands events of code hosts to their actors: one `signalWithStart` for those that came together (temporal.md 5). */
import type { Client } from '@temporalio/client';
import { actorId, type ActorSignals, type ActorTarget } from '../../domain/review/actor-target.ts';
import { signals, taskQueues, workflowTypes } from '../../domain/wire.ts';

export interface ActorSignalsOptions {
  /** Milliseconds that Temporal has to take a signal; hosts wait 10 s for the answer to a webhook. Default 3000. */
  timeoutMs?: number;
}

/** Signals an actor, and starts it where it is not running. */
export async function signalActor(client: Client, target: ActorTarget, signal: string, arg: unknown): Promise<void> {
  await client.workflow.signalWithStart(
    target.kind === 'change' ? workflowTypes.changeActor : workflowTypes.repoActor,
    { workflowId: actorId(target), taskQueue: taskQueues.actors, args: [target], signal, signalArgs: [arg] },
  );
}

export function createActorSignals(client: Client, { timeoutMs = 3000 }: ActorSignalsOptions = {}): ActorSignals {
  return {
    async changeEventsReceived(target, envelopes) {
      const send = async () => {
        await client.withDeadline(Date.now() + timeoutMs, async () =>
          signalActor(client, target, signals.changeEventReceived, envelopes),
        );
      };
      // A signal that arrives twice is handled once: actors remember deliveries.
      await send().catch(send);
    },
  };
}
