/**
 * One pass that finds what nobody was told: open changes of which no webhook came, ProwJobs that were ended by force
 * (integrations.md 6.5; architecture.md 3.8). Started hourly by the schedule `reconcile`, where a host is configured.
 *
 * Webhooks come first, also those that are sent again: they say more. So what has just moved is looked at once more a little
 * later, and after an outage the pass waits until what was lost meanwhile has been asked for again.
 */
import {
  ActivityFailure,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  describeReconcile,
  sumReconciled,
  type ForcedEndingActivities,
  type ReconcileActivities,
  type ReconcileInput,
  type ReconcileResult,
} from '../domain/review/reconcile-pass.ts';
import { taskQueues } from '../domain/wire.ts';
import { state } from './reconcile.messages.ts';

const minuteMs = 60_000;
/** Longer than three passes of `redeliver` take. */
const graceMs = 15 * minuteMs;
/** A pass that comes so long after the last one comes after an outage. */
const outageMs = 3 * 60 * minuteMs;
/** Endings become visible about a second late, and clocks differ. */
const marginMs = 10 * minuteMs;

const retry = { initialInterval: 5_000, maximumInterval: minuteMs, maximumAttempts: 4 };

const { recordForcedEndings } = proxyActivities<ForcedEndingActivities>({
  taskQueue: taskQueues.admin,
  scheduleToCloseTimeout: 60 * minuteMs,
  startToCloseTimeout: 30 * minuteMs,
  heartbeatTimeout: 2 * minuteMs,
  retry,
});

export async function reconcile(input: ReconcileInput): Promise<ReconcileResult> {
  const startedMs = Date.now();
  const previous = workflowInfo().lastResult as ReconcileResult | undefined;
  const endingsSinceMs = previous?.endingsSinceMs ?? 0;
  const result: ReconcileResult = { v: 1, atMs: startedMs, hosts: {}, forcedEndings: 0, endingsSinceMs, failed: [] };
  setHandler(state, () => result);

  /** A part that cannot be done does not stop the others. */
  const attempt = async (part: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const reason = error.cause?.message ?? error.message;
      log.warn('A part of the comparison failed', { part, reason });
      result.failed.push({ part, reason });
    }
    setCurrentDetails(describeReconcile(result));
  };

  const compare = async (host: string) => {
    const { reconcileChanges } = activitiesOf(host);
    const look = async (repos?: readonly string[]) =>
      await reconcileChanges.executeWithOptions({ summary: `open changes of ${host}` }, [
        { host, nowMs: Date.now(), graceMs, ...(repos && { repos }) },
      ]);
    const first = await look();
    result.hosts[host] = first;
    if (first.young.length === 0) return;
    setCurrentDetails(describeReconcile(result));
    await sleep(graceMs, { summary: 'webhooks may be on their way' });
    result.hosts[host] = sumReconciled(first, await look(first.young));
  };

  if (previous && startedMs - previous.atMs > outageMs) await sleep(graceMs, { summary: 'lost webhooks come first' });
  await Promise.all([
    ...input.hosts.map((host) => attempt(`open changes of ${host}`, () => compare(host))),
    attempt('ProwJobs that were ended by force', async () => {
      result.forcedEndings = await recordForcedEndings.executeWithOptions({ summary: 'ProwJobs ended by force' }, [
        { sinceMs: endingsSinceMs },
      ]);
      result.endingsSinceMs = startedMs - marginMs;
    }),
  ]);
  return result;
}

/** Reading thousands of changes takes its time, and an hour of waiting where the host limits us. */
function activitiesOf(host: string) {
  return proxyActivities<ReconcileActivities>({
    taskQueue: taskQueues.host(host),
    scheduleToStartTimeout: 10 * minuteMs,
    scheduleToCloseTimeout: 3 * 60 * minuteMs,
    startToCloseTimeout: 60 * minuteMs,
    heartbeatTimeout: 2 * minuteMs,
    retry,
  });
}
