/** What an actor handles next in its line: an event, for the first time or again. */
import type { AgainEntry } from '../../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';

export interface Turn {
  envelope: ChangeEventEnvelope;
  /** As far as it is known before the event is resolved. */
  story: string;
  /** Why it is here once more. */
  again?: AgainEntry;
}
