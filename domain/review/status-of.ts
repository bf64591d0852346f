/** A status names a commit and no change: the actor of the repository gets it first, and those of the changes get it from there. */
import type { ChangeEventEnvelope } from './envelope.ts';
import type { StatusEvent } from './events.ts';

/** The status that an envelope is about. One that lies in storage as a whole is about none, as far as can be seen. */
export function statusOf({ events }: Pick<ChangeEventEnvelope, 'events'>): StatusEvent | undefined {
  return events.find((event): event is StatusEvent => event.kind === 'status');
}
