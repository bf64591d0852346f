/** What the actor of a change knows of it, by its own answer; of one that has ended, as long as the server keeps its history. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { actorId, type ChangeTarget } from '../../domain/review/actor-target.ts';
import type { ActorState } from '../../domain/review/actor-state.ts';
import type { Announced } from '../../domain/review/resolved-event.ts';
import { queries } from '../../domain/wire.ts';

export interface KnownChange {
  /** What it was told by events. */
  told: Announced;
  /** Number of events that it was sent and has not handled: what they bring is not known yet. */
  waiting: number;
}

export interface ActorKnowledge {
  /** Undefined where there is no actor, and none is remembered. Rejects where it does not answer. */
  of(target: ChangeTarget): Promise<KnownChange | undefined>;
}

/** A worker may have to replay the actor's history first. */
const timeoutMs = 20_000;

export function createActorKnowledge(client: Client): ActorKnowledge {
  return {
    async of(target) {
      try {
        const state = await client.withDeadline(Date.now() + timeoutMs, async () =>
          client.workflow.getHandle(actorId(target)).query<ActorState>(queries.state),
        );
        // Those that failed as a whole are tried again; second looks of plugins bring nothing new.
        const again = state.again.filter(({ plugin }) => plugin === undefined);
        return { told: state.announced ?? {}, waiting: state.inbox.length + again.length };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },
  };
}
