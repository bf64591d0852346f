/**
 * First runs of many new periodics are spread over ten minutes (architecture.md 3.6): an extra calendar entry for one instant
 * each, so that the schedule's overlap rule covers the first run like any other.
 */
import { monthNames } from './schedule.ts';
import { stableHash } from './wire.ts';

const spreadMs = 600_000;
/** Earlier than this the instant could be over before the server has the schedule. */
const earliestMs = 5_000;

/** Milliseconds from now until a new job's first run: the same for the same name, even over all names. */
export function firstRunDelayMs(job: string): number {
  return earliestMs + (Number.parseInt(stableHash(`first-run ${job}`).slice(-9), 36) % spreadMs);
}

/** A time span in which `onceAt` of the same time is the only instant in whole seconds. */
export function secondOf(ms: number): { start: Date; end: Date } {
  const second = Math.floor(ms / 1_000) * 1_000;
  return { start: new Date(second - 500), end: new Date(second + 500) };
}

/** A calendar that matches one second of UTC. */
export function onceAt(time: Date) {
  return {
    year: time.getUTCFullYear(),
    month: monthNames[time.getUTCMonth()] ?? 'JANUARY',
    dayOfMonth: time.getUTCDate(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
    second: time.getUTCSeconds(),
  };
}
