/** When what failed for no final reason is tried again: a host or a worker may have been away for longer than one try waits. */

const minuteMs = 60_000;
const pausesMs: readonly number[] = [minuteMs, 30 * minuteMs, 120 * minuteMs, 480 * minuteMs];

/** Milliseconds to wait after so many tries before; undefined when it is given up. */
export function pauseBeforeTry(tries: number): number | undefined {
  return pausesMs[tries];
}
