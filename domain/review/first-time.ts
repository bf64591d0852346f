/**
 * Whether an event is here for the first time, so that nothing of what it leads to can be there already. Its actor alone cannot know:
 * a host may send a delivery again when the actor of then has ended, and a history that is reset tells its events once more.
 */
import type { ChangeEventEnvelope } from './envelope.ts';

/** Shorter than any actor outlives its last event (actor-life.ts), by more than clocks differ. */
const youngMs = 5 * 60_000;

/** By the time at which the host has shown it; events that do not say one may have been here. */
export function isFirstTime({ shownAt }: Pick<ChangeEventEnvelope, 'shownAt'>, now: number): boolean {
  return shownAt !== undefined && Math.abs(now - Date.parse(shownAt)) <= youngMs;
}
