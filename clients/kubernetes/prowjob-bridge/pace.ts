/** At most so many a second, evenly spaced: for calls to a server that others use as well. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Pace {
  /** Resolves when it is the caller's turn. */
  next(): Promise<void>;
}

export function createPace(perSecond: number): Pace {
  const everyMs = 1_000 / perSecond;
  let free = 0;
  return {
    async next() {
      const now = performance.now();
      const turn = Math.max(now, free);
      free = turn + everyMs;
      if (turn > now) await delay(turn - now);
    },
  };
}
