/**
 * Events that wait for their turn. A host may send one again, and the gateway may hand one over twice: the ids of the latest are
 * remembered, and each event is taken once (temporal.md 5).
 */
import type { ActorState } from '../../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';

export interface Inbox {
  /** Answers with how many were new. */
  put(envelopes: readonly ChangeEventEnvelope[]): number;
  /** The one whose turn it is. It stays in line until it is handled, so that it is seen to be here. */
  first(): ChangeEventEnvelope | undefined;
  /** It is handled. */
  drop(): void;
}

/** Longer than any host's repetitions of one delivery are apart, in deliveries of one change. */
const remembered = 500;

export function createInbox(state: Pick<ActorState, 'inbox' | 'seen'>): Inbox {
  return {
    put(envelopes) {
      let count = 0;
      for (const envelope of envelopes) {
        if (state.seen.includes(envelope.id)) continue;
        state.seen.push(envelope.id);
        state.inbox.push(envelope);
        count += 1;
      }
      state.seen.splice(0, state.seen.length - remembered);
      return count;
    },
    first: () => state.inbox[0],
    drop: () => void state.inbox.shift(),
  };
}
