/** Hands events of code hosts to their actors: one `signalWithStart` for those that came together (temporal.md 5). */
import type { Client } from '@temporalio/client';
import { actorId, type ActorSignals } from '../../domain/review/actor-target.ts';
import { signals, taskQueues, workflowTypes } from '../../domain/wire.ts';

export interface ActorSignalsOptions {
  /** Milliseconds that Temporal has to take a signal; hosts wait 10 s for the answer to a webhook. Default 3000. */
  timeoutMs?: number;
}

export function createActorSignals(client: Client, { timeoutMs = 3000 }: ActorSignalsOptions = {}): ActorSignals {
  return {
    async changeEventsReceived(target, envelopes) {
      const type = target.kind === 'change' ? workflowTypes.changeActor : workflowTypes.repoActor;
      const send = async () => {
        await client.withDeadline(Date.now() + timeoutMs, async () =>
          client.workflow.signalWithStart(type, {
            workflowId: actorId(target),
            taskQueue: taskQueues.actors,
            args: [target],
            signal: signals.changeEventReceived,
            signalArgs: [envelopes],
          }),
        );
      };
      // A signal that arrives twice is handled once: actors remember deliveries.
      await send().catch(send);
    },
  };
}
