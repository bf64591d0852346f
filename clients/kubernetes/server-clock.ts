/**
 * The clock of an API server, from the `Date` header of its answers: timeouts compare times that the cluster wrote, and our
 * clock may be minutes off.
 */

export interface ServerClock {
  /** An answer that just came in says this (milliseconds since the epoch, whole seconds). */
  tell(serverMs: number): void;
  nowMs(): number;
}

/** The header has whole seconds, and an answer takes a while: smaller differences mean nothing. */
const resolutionMs = 1_500;

/** `now` is our own clock. */
export function createServerClock(now: () => number): ServerClock {
  let skewMs = 0;
  return {
    tell(serverMs) {
      if (!Number.isFinite(serverMs)) return;
      const seen = serverMs - now();
      if (Math.abs(seen - skewMs) > resolutionMs) skewMs = Math.abs(seen) > resolutionMs ? seen : 0;
    },
    nowMs: () => now() + skewMs,
  };
}
