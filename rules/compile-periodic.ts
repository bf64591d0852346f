/**
 * Compiles a periodic to what starts it on Temporal (architecture.md 3.6, temporal.md 3.1).
 *
 * Cron texts are never handed to the server: six fields, two day fields and `@every` mean something else there.
 */
import { durationMs } from '../domain/duration.ts';
import type { ConcurrencyPolicy, Periodic } from '../domain/job-config.ts';
import type { CompiledPeriodic, CompiledSchedule, OverlapPolicy } from '../domain/schedule.ts';
import { stableHash } from '../domain/wire.ts';
import { parseCron } from './cron/parse.ts';
import { calendarsFrom } from './cron/to-calendars.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Prow loses cron firings while it is down; ten minutes cover a restart without replaying a night. */
const cronCatchupMs = 10 * minuteMs;
const concurrentCatchupMs = hourMs;
/** A start that waits behind a running one is dropped when the window is shorter than the run: the longest run and more. */
const bufferedCatchupMs = 48 * hourMs;
/** Schedules have whole seconds, and an interval of zero would never end. Such jobs load; Prow starts them with every tick. */
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
    catchupWindowMs: catchupFor(overlap),
    triggerImmediately: false,
    description: `cron: ${cron}`,
  };
}

function overlapFor({ concurrency_policy: policy }: Periodic, usual: OverlapPolicy): OverlapPolicy {
  return policy ? overlapOf[policy] : usual;
}

function catchupFor(overlap: OverlapPolicy): number {
  return overlap === 'ALLOW_ALL' ? concurrentCatchupMs : cronCatchupMs;
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
    catchupWindowMs: overlap === 'BUFFER_ONE' ? bufferedCatchupMs + everyMs : catchupFor(overlap),
    triggerImmediately: true,
    description,
  };
}

function wholeSeconds(duration: string): number {
  return Math.max(shortestMs, Math.floor(durationMs(duration) / 1000) * 1000);
}
