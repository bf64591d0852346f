/** A point in time and a duration, as cells and headers show them. */
import type { JobRow } from '../../../api.ts';
import { formatElapsed, formatFullTime, formatTime } from './format.ts';
import { useNow } from './use-now.ts';

export function Time({ value }: { value: string }) {
  return (
    <time dateTime={value} title={formatFullTime(value)}>
      {formatTime(value, new Date())}
    </time>
  );
}

/** Completion minus start, hence with queueing; counts up while the job is not complete. */
export function Duration({ row }: { row: Pick<JobRow, 'startTime' | 'pendingTime' | 'completionTime'> }) {
  const { startTime, pendingTime, completionTime } = row;
  const now = useNow(completionTime === undefined);
  const end = completionTime === undefined ? now : Date.parse(completionTime);
  const total = formatElapsed(end - Date.parse(startTime));
  const title =
    pendingTime === undefined
      ? `waiting for ${total}`
      : `waited ${formatElapsed(Date.parse(pendingTime) - Date.parse(startTime))}, ran ${formatElapsed(end - Date.parse(pendingTime))}`;
  return (
    <span class={completionTime === undefined ? 'duration running' : 'duration'} title={title}>
      {total}
    </span>
  );
}
