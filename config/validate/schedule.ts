/** When periodics run (spec jobs.md 2.8): exactly one kind of schedule, and one that can be read. */
import { DurationError, parseDuration } from '../../domain/duration.ts';
import type { Periodic } from '../../domain/job-config.ts';
import { CronError, parseCron } from '../../rules/cron/parse.ts';
import type { Report } from './report.ts';

const kinds = ['interval', 'minimum_interval', 'cron'] as const;

export function checkSchedule(job: Periodic, report: Report): void {
  const given = kinds.filter((kind) => job[kind]);
  if (given.length === 0) report('interval', 'must be set, or else minimum_interval or cron');
  if (given.length > 1)
    report(given[1] ?? 'cron', `may not be combined with ${given[0]}: keep one of ${given.join(', ')}`);
  checkDuration(job.interval, 'interval', report);
  checkDuration(job.minimum_interval, 'minimum_interval', report);
  if (job.cron) {
    try {
      parseCron(job.cron);
    } catch (error) {
      if (!(error instanceof CronError)) throw error;
      report('cron', error.message);
    }
  }
  if (!job.retry) return;
  if (job.retry.interval) checkDuration(job.retry.interval, 'retry.interval', report);
  else report('retry.interval', 'must be set: how long after its start a run is repeated');
}

function checkDuration(text: string | undefined, key: string, report: Report): void {
  if (!text) return;
  try {
    parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    report(key, error.message);
  }
}
