/** Evaluates a case of `cron.json` (golden data, jobs/README.md): the next five firings after each start. */
import { nextTimes } from '../../rules/cron/next.ts';
import { CronError, CronZoneError, parseCron } from '../../rules/cron/parse.ts';
import type { Evaluation } from './decode.ts';
import { isRecord } from './kind.ts';

export interface CronCase {
  expr: string;
  next?: string[][];
  error?: boolean;
  loads?: boolean;
  schedulable?: boolean;
  /** Copied into each case from the head of the file. */
  starts: string[];
}

export function cronCases(content: unknown): CronCase[] {
  if (!isRecord(content) || !Array.isArray(content['cases']) || !Array.isArray(content['starts'])) return [];
  const starts = content['starts'].map(String);
  return content['cases'].map((given: CronCase) => ({ ...given, starts }));
}

export function evaluateCronCase({ starts, ...golden }: CronCase): Evaluation {
  const ours = compute(golden.expr, starts, golden.next?.map((times) => times.length) ?? []);
  return { ours, golden, equal: JSON.stringify(ours) === JSON.stringify(ordered(golden)) };
}

function compute(expr: string, starts: string[], counts: number[]): Partial<CronCase> {
  try {
    const schedule = parseCron(expr);
    const next = starts.map((start, index) =>
      nextTimes(schedule, new Date(start), Math.max(5, counts[index] ?? 0)).map(instant),
    );
    return { expr, next };
  } catch (error) {
    // The reference's two stages: what loads is not always schedulable. Here the latter is refused at load as well.
    if (error instanceof CronZoneError) return { expr, loads: true, schedulable: false };
    if (!(error instanceof CronError)) throw error;
    return { expr, error: true };
  }
}

function instant(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

function ordered({ expr, next, error, loads, schedulable }: Partial<CronCase>): Partial<CronCase> {
  return {
    ...(expr !== undefined && { expr }),
    ...(next && { next }),
    ...(error !== undefined && { error }),
    ...(loads !== undefined && { loads }),
    ...(schedulable !== undefined && { schedulable }),
  };
}
