/**
 * Wakes an actor at a time. Timers are never cancelled, since that is an event as well: one that is early finds nothing to do, and
 * serves as the next one's start.
 */
import { sleep } from '@temporalio/workflow';

export interface Alarm {
  /** Rings at this time (ms) or before. The text says what for in the Temporal UI. */
  setFor(due: number, what: string): void;
}

/** Nothing that is done by the clock is in a hurry, and a mistake must not fill the history. */
const leastMs = 1_000;

export function createAlarm(ring: () => void): Alarm {
  /** Times of the timers under way. */
  const pending = new Set<number>();
  return {
    setFor(due, what) {
      if ([...pending].some((at) => at <= due)) return;
      pending.add(due);
      void sleep(Math.max(leastMs, due - Date.now()), { summary: what }).then(
        () => {
          pending.delete(due);
          ring();
          return undefined;
        },
        // The workflow is cancelled, and its main loop hears of that as well.
        () => undefined,
      );
    },
  };
}
