/**
 * Events that wait for their turn. A host may send one again, and the gateway may hand one over twice: the ids of the latest are
 * remembered, and each event is taken once (temporal.md 5). Signals that wait for a busy server may overtake each other; as long as
 * they wait here, events of one gateway are put back in order.
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
        state.inbox.splice(placeOf(envelope, state.inbox), 0, envelope);
        count += 1;
      }
      state.seen.splice(0, state.seen.length - remembered);
      return count;
    },
    first: () => state.inbox[0],
    drop: () => void state.inbox.shift(),
  };
}

/** At the end, but before what came to the same gateway later. Never the first place: who is first may be under way. */
function placeOf({ arrival }: ChangeEventEnvelope, inbox: readonly ChangeEventEnvelope[]): number {
  if (!arrival) return inbox.length;
  const { gateway, n } = arrival;
  const isLater = ({ arrival: other }: ChangeEventEnvelope) => other?.gateway === gateway && other.n > n;
  const later = inbox.findIndex((waiting, index) => index > 0 && isLater(waiting));
  return later < 0 ? inbox.length : later;
}
