/**
 * One pass over the webhooks that code hosts could not deliver (integrations.md 6.5): started every five minutes by the schedule
 * `redeliver`, where a host is configured. A host that cannot be asked does not hold up the others.
 */
import {
  ActivityFailure,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  describeRedelivery,
  type RedeliverActivities,
  type RedeliverInput,
  type RedeliverResult,
} from '../domain/review/redelivery-pass.ts';
import { taskQueues } from '../domain/wire.ts';
import { state } from './redeliver.messages.ts';

const minuteMs = 60_000;

export async function redeliver(input: RedeliverInput): Promise<RedeliverResult> {
  const nowMs = Date.now();
  const previous = workflowInfo().lastResult as RedeliverResult | undefined;
  // Hosts that are left out this time keep their place: they may be configured again.
  const result: RedeliverResult = { v: 1, hosts: { ...previous?.hosts }, failed: [] };
  setHandler(state, () => result);

  await Promise.all(
    input.hosts.map(async (host) => {
      const last = previous?.hosts[host];
      try {
        result.hosts[host] = await activitiesOf(host).redeliverLost.executeWithOptions(
          { summary: `webhooks of ${host}` },
          [{ host, nowMs, ...(last && { last: { atMs: last.atMs, sinceMs: last.sinceMs } }) }],
        );
      } catch (error) {
        if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
        const reason = error.cause?.message ?? error.message;
        log.warn('The webhooks of a host could not be looked at', { host, reason });
        result.failed.push({ host, reason });
      }
      setCurrentDetails(describeRedelivery(result));
    }),
  );
  return result;
}

/** The next pass begins where this one was to begin, so nothing is won by going on for long. */
function activitiesOf(host: string) {
  return proxyActivities<RedeliverActivities>({
    taskQueue: taskQueues.host(host),
    scheduleToCloseTimeout: 60 * minuteMs,
    scheduleToStartTimeout: 10 * minuteMs,
    startToCloseTimeout: 30 * minuteMs,
    heartbeatTimeout: 2 * minuteMs,
    retry: { initialInterval: 5_000, maximumInterval: minuteMs, maximumAttempts: 4 },
  });
}
