/**
 * Cron fields as the calendars of a Temporal Schedule (temporal.md 3.1). Computed here and not by the server, which reads
 * cron texts differently; that both fire at the same instants is tested on a real server.
 */
import { monthNames, weekdayNames, type Calendar } from '../../domain/schedule.ts';
import type { CronField, CronSchedule } from './parse.ts';

/**
 * Either day field may match when both are restricted: two calendars, since within one all fields must match. No calendar at
 * all where a field matches nothing; an impossible date is a calendar that never matches.
 */
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
