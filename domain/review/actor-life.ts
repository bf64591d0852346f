/** How long the actor of a change or repository lives (architecture.md 3.8). */
import type { ActorState } from './actor-state.ts';

const minuteMs = 60_000;
/** After the last event of a closed change. */
const closedMs = 10 * minuteMs;
/** After the last event of anything else: longer than hosts deliver again what was lost. */
const openMs = 8 * 24 * 60 * minuteMs;

/** Whether nothing is left to be done, or to be heard of, as far as the state tells. */
export function isQuiet({ inbox, jobs, again, errands, reportsHeld }: ActorState): boolean {
  const isOpen = jobs.some(({ complete }) => !complete);
  return inbox.length === 0 && again.length === 0 && errands.length === 0 && !isOpen && reportsHeld === undefined;
}

/** When it ends if nothing happens (ms). */
export function endsAt({ activeAt, item }: Pick<ActorState, 'activeAt' | 'item'>): number {
  return activeAt + (item?.state === 'closed' ? closedMs : openMs);
}
