/**
 * Compiles a periodic to what starts it on Temporal (architecture.md 3.6, temporal.md 3.1).
 *
 * Cron texts are never handed to the server: six fields, two day fields and `@every` mean something else there.
 */
import { durationMs } from '../domain/duration.ts';
import type { ConcurrencyPolicy, Periodic } from '../domain/job-config.ts';
import {
  monthNames,
  weekdayNames,
  type Calendar,
  type CompiledPeriodic,
  type CompiledSchedule,
  type OverlapPolicy,
} from '../domain/schedule.ts';
import { stableHash } from '../domain/wire.ts';
import { parseCron, type CronField, type CronSchedule } from './cron/parse.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Prow loses cron firings while it is down; ten minutes cover a restart without replaying a night. */
const cronCatchupMs = 10 * minuteMs;
const concurrentCatchupMs = hourMs;
/** A start that waits behind a running one is dropped when the window is shorter than the run: the longest run and more. */
const bufferedCatchupMs = 48 * hourMs;
/** Schedules have whole seconds, and an interval of zero would never end. Prow starts such jobs with every tick. */
const shortestMs = 1_000;

const overlapOf: Record<ConcurrencyPolicy, OverlapPolicy> = {
  Forbid: 'SKIP',
  Allow: 'ALLOW_ALL',
  Replace: 'CANCEL_OTHER',
};

/** The periodic must have passed validation: exactly one kind of schedule, and one that parses. */
export function compilePeriodic(periodic: Periodic): CompiledPeriodic {
  const { name, interval, minimum_interval: minimum, cron } = periodic;
  if (interval) return everySchedule(periodic, wholeSeconds(interval), `interval: ${interval}`, 'BUFFER_ONE');
  if (minimum) {
    return { kind: 'loop', minimumIntervalMs: wholeSeconds(minimum), description: `minimum_interval: ${minimum}` };
  }
  if (!cron) throw new Error(`Periodic ${name} has no interval, minimum_interval or cron.`);
  const parsed = parseCron(cron);
  if (parsed.kind === 'every') return everySchedule(periodic, parsed.seconds * 1000, `cron: ${cron}`, 'SKIP');
  const calendars = calendarsFrom(parsed);
  const overlap = overlapFor(periodic, 'SKIP');
  return {
    kind: 'schedule',
    spec: calendars.length > 0 ? { calendars } : {},
    overlap,
    catchupWindowMs: overlap === 'ALLOW_ALL' ? concurrentCatchupMs : cronCatchupMs,
    triggerImmediately: false,
    description: `cron: ${cron}`,
  };
}

function overlapFor({ concurrency_policy: policy }: Periodic, usual: OverlapPolicy): OverlapPolicy {
  return policy ? overlapOf[policy] : usual;
}

/** On the epoch grid with an offset by name, so that a thousand daily jobs do not all start at midnight. */
function everySchedule(
  periodic: Periodic,
  everyMs: number,
  description: string,
  usual: OverlapPolicy,
): CompiledSchedule {
  const overlap = overlapFor(periodic, usual);
  const seconds = everyMs / 1000;
  const offsetMs = (Number.parseInt(stableHash(periodic.name).slice(-9), 36) % seconds) * 1000;
  return {
    kind: 'schedule',
    spec: { intervals: [{ everyMs, offsetMs }] },
    overlap,
    catchupWindowMs: overlap === 'BUFFER_ONE' ? bufferedCatchupMs + everyMs : cronCatchupMs,
    triggerImmediately: true,
    description,
  };
}

function wholeSeconds(duration: string): number {
  return Math.max(shortestMs, Math.floor(durationMs(duration) / 1000) * 1000);
}

/** Either day field may match when both are restricted: two calendars, since within one all fields must match. */
export function calendarsFrom(cron: Extract<CronSchedule, { kind: 'fields' }>): Calendar[] {
  const { second, minute, hour, month, dayOfMonth, dayOfWeek } = cron;
  if ([second, minute, hour, month].some(({ values }) => values.length === 0)) return [];
  const base: Calendar = {
    second: numbers(second, 60),
    minute: numbers(minute, 60),
    hour: numbers(hour, 24),
    month: month.values.length === 12 ? '*' : month.values.flatMap((value) => monthNames[value - 1] ?? []),
    dayOfMonth: '*',
    dayOfWeek: '*',
  };
  const byMonth = numbers(dayOfMonth, 31);
  const byWeek = dayOfWeek.values.length === 7 ? '*' : dayOfWeek.values.flatMap((value) => weekdayNames[value] ?? []);
  const days: Calendar[] =
    dayOfMonth.star || dayOfWeek.star
      ? [{ ...base, dayOfMonth: byMonth, dayOfWeek: byWeek }]
      : [
          { ...base, dayOfMonth: byMonth },
          { ...base, dayOfWeek: byWeek },
        ];
  return days.filter((calendar) => calendar.dayOfMonth.length > 0 && calendar.dayOfWeek.length > 0);
}

function numbers({ values }: CronField, all: number): number[] | '*' {
  return values.length === all ? '*' : [...values];
}
