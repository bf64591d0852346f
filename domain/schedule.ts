/**
 * What a periodic is compiled to: a Temporal Schedule, or a looping workflow for `minimum_interval` (architecture.md 3.6,
 * temporal.md 3.1). Plain data; `rules/compile-periodic.ts` makes it.
 */

export type OverlapPolicy = 'SKIP' | 'BUFFER_ONE' | 'ALLOW_ALL' | 'CANCEL_OTHER';

export const monthNames = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;
export type MonthName = (typeof monthNames)[number];
export const weekdayNames = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;
export type WeekdayName = (typeof weekdayNames)[number];

/** Every field lists what it matches; `*` matches all. UTC. */
export interface Calendar {
  second: number[] | '*';
  minute: number[] | '*';
  hour: number[] | '*';
  dayOfMonth: number[] | '*';
  month: MonthName[] | '*';
  dayOfWeek: WeekdayName[] | '*';
}

export interface CompiledSchedule {
  kind: 'schedule';
  /** Intervals lie on the epoch grid: firing times are `n * everyMs + offsetMs`. Neither: it never fires by itself. */
  spec: { intervals?: { everyMs: number; offsetMs: number }[]; calendars?: Calendar[] };
  overlap: OverlapPolicy;
  catchupWindowMs: number;
  /** Run when the schedule is first created, without waiting for its time. */
  triggerImmediately: boolean;
  /** As written: `interval: 10m`, `cron: 0 3 * * *`. */
  description: string;
}

export interface CompiledLoop {
  kind: 'loop';
  minimumIntervalMs: number;
  description: string;
}

export type CompiledPeriodic = CompiledSchedule | CompiledLoop;
