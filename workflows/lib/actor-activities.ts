/**
 * The activities that actors of changes and repositories use, each group with its queue, timeouts and retries (temporal.md 11).
 *
 * What stands in the line of events is given up after a time, so that one event that cannot be handled does not hold up the next
 * for ever; what is beside the line is tried for a day.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { ApplyActivities } from '../../activities/apply-effects.ts';
import type { LimitActivities } from '../../activities/limits.ts';
import type { ChangeJobActivities, ReportActivities } from '../../domain/review/change-jobs.ts';
import type { CherryPickActivities, ForwardActivities } from '../../domain/review/errands.ts';
import type { EvaluateActivities } from '../../domain/review/evaluation.ts';
import type { ResolveActivities } from '../../domain/review/resolved-event.ts';
import type { SpreadActivities } from '../../domain/review/spread.ts';
import { taskQueues } from '../../domain/wire.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/**
 * A worker that has died is missed after this, and what it had begun is begun again. Each of these activities tells every ten
 * seconds that it goes on, whatever it waits for; a machine without time for that for so long has other problems.
 */
const aliveMs = 30 * secondMs;

export type ActorActivities = ReturnType<typeof actorActivities>;

export function actorActivities(host: string) {
  const { resolveEvent } = proxyActivities<ResolveActivities>({
    taskQueue: taskQueues.git,
    // The first mirror of a large repository.
    startToCloseTimeout: 20 * minuteMs,
    scheduleToCloseTimeout: 30 * minuteMs,
    heartbeatTimeout: aliveMs,
    retry: { initialInterval: 2 * secondMs, maximumInterval: minuteMs },
  });
  const { evaluateEvent } = proxyActivities<EvaluateActivities>({
    taskQueue: taskQueues.plugins,
    startToCloseTimeout: 2 * minuteMs,
    scheduleToCloseTimeout: 30 * minuteMs,
    heartbeatTimeout: aliveMs,
    retry: { initialInterval: 2 * secondMs, maximumInterval: minuteMs },
  });
  const { applyEffects } = proxyActivities<ApplyActivities>({
    taskQueue: taskQueues.host(host),
    startToCloseTimeout: 5 * minuteMs,
    scheduleToCloseTimeout: 24 * hourMs,
    heartbeatTimeout: aliveMs,
    retry: { initialInterval: 2 * secondMs, maximumInterval: 5 * minuteMs },
  });
  const { reportJobs } = proxyActivities<ReportActivities>({
    taskQueue: taskQueues.host(host),
    startToCloseTimeout: 5 * minuteMs,
    scheduleToCloseTimeout: 24 * hourMs,
    heartbeatTimeout: minuteMs,
    retry: { initialInterval: 2 * secondMs, maximumInterval: 5 * minuteMs },
  });
  const { spreadToChanges } = proxyActivities<SpreadActivities>({
    taskQueue: taskQueues.host(host),
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: 30 * minuteMs,
    retry: { initialInterval: 2 * secondMs, maximumInterval: minuteMs },
  });
  const { startChangeJobs, recordChangeJob, abortChangeJobs } = proxyActivities<ChangeJobActivities>({
    taskQueue: taskQueues.admin,
    startToCloseTimeout: 2 * minuteMs,
    scheduleToCloseTimeout: hourMs,
    retry: { initialInterval: secondMs, maximumInterval: minuteMs },
  });
  const { findClosed } = proxyActivities<LimitActivities>({
    taskQueue: taskQueues.admin,
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: hourMs,
    retry: { initialInterval: secondMs, maximumInterval: minuteMs },
  });
  const { forwardEvent } = proxyActivities<ForwardActivities>({
    taskQueue: taskQueues.plugins,
    startToCloseTimeout: 30 * secondMs,
    scheduleToCloseTimeout: 24 * hourMs,
    retry: { initialInterval: secondMs, maximumInterval: 5 * minuteMs },
  });
  const { cherryPick } = proxyActivities<CherryPickActivities>({
    taskQueue: taskQueues.git,
    startToCloseTimeout: hourMs,
    scheduleToCloseTimeout: 24 * hourMs,
    heartbeatTimeout: minuteMs,
    retry: { initialInterval: 2 * secondMs, maximumInterval: 5 * minuteMs },
  });
  return {
    resolveEvent,
    evaluateEvent,
    applyEffects,
    reportJobs,
    spreadToChanges,
    startChangeJobs,
    recordChangeJob,
    abortChangeJobs,
    findClosed,
    forwardEvent,
    cherryPick,
  };
}
