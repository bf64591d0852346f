/**
 * When a cron schedule fires (spec jobs.md 3.7): for "next run" columns, for tests and for the golden data. The running
 * system leaves it to Temporal's schedules.
 */
import type { CronSchedule } from './parse.ts';

type Fields = Extract<CronSchedule, { kind: 'fields' }>;

const dayMs = 86_400_000;
/** A date that does not come within this many years never comes, as in Prow. */
const yearsAhead = 5;

/** The next `count` firings strictly after `after`, fewer where the schedule never fires again. UTC. */
export function nextTimes(schedule: CronSchedule, after: Date, count: number): Date[] {
  const times: Date[] = [];
  let last = after;
  while (times.length < count) {
    const next = nextTime(schedule, last);
    if (!next) break;
    times.push(next);
    last = next;
  }
  return times;
}

function nextTime(schedule: CronSchedule, after: Date): Date | undefined {
  const wholeSecond = Math.floor(after.getTime() / 1000) * 1000;
  if (schedule.kind === 'every') return new Date(wholeSecond + schedule.seconds * 1000);
  return nextMatch(schedule, wholeSecond + 1000);
}

function nextMatch(schedule: Fields, fromMs: number): Date | undefined {
  const limit = new Date(fromMs).getUTCFullYear() + yearsAhead;
  let day = Math.floor(fromMs / dayMs) * dayMs;
  let secondOfDay = Math.floor((fromMs - day) / 1000);
  for (;;) {
    const date = new Date(day);
    if (date.getUTCFullYear() > limit) return undefined;
    const second = dayMatches(schedule, date) ? nextSecondOfDay(schedule, secondOfDay) : undefined;
    if (second !== undefined) return new Date(day + second * 1000);
    day += dayMs;
    secondOfDay = 0;
  }
}

function dayMatches({ month, dayOfMonth, dayOfWeek }: Fields, date: Date): boolean {
  if (!month.values.includes(date.getUTCMonth() + 1)) return false;
  const byMonth = dayOfMonth.values.includes(date.getUTCDate());
  const byWeek = dayOfWeek.values.includes(date.getUTCDay());
  return dayOfMonth.star || dayOfWeek.star ? byMonth && byWeek : byMonth || byWeek;
}

/** The first matching second of the day that is not before `from`. */
function nextSecondOfDay({ hour, minute, second }: Fields, from: number): number | undefined {
  for (const h of hour.values) {
    if (h * 3600 + 3599 < from) continue;
    for (const m of minute.values) {
      const start = h * 3600 + m * 60;
      if (start + 59 < from) continue;
      for (const s of second.values) if (start + s >= from) return start + s;
    }
  }
  return undefined;
}
