/**
 * One pass of the sweep (spec jobs.md 7): pods, then ended ProwJobs with their records, then left-over records and folders.
 *
 * Started by the schedule `sinker` every `sinker.resync_period`, or by a person. A part that cannot be done is noted and does
 * not stop the others. Activities answer with figures only, so the history does not grow with the installation.
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
import type { SinkerActivities } from '../activities/sinker.ts';
import type { SinkerSiteActivities } from '../activities/sinker-site.ts';
import { describePass, emptySwept, sumSwept, type SinkerInput, type SinkerResult } from '../domain/sinker/pass.ts';
import { localSite, taskQueues } from '../domain/wire.ts';
import { state } from './sinker.messages.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A run's folder proves that it was started, which a repetition of its start may ask for days later. */
const leastFolderAgeMs = 3 * dayMs;
/** Reading all of blob storage takes long where there is much, and finds little: what visibility shows is removed each time. */
const recordsEveryMs = dayMs;

const retry = { initialInterval: 1_000, maximumInterval: minuteMs, maximumAttempts: 5 };
const { planSinker, reportPass } = proxyActivities<SinkerActivities>({
  taskQueue: taskQueues.admin,
  startToCloseTimeout: minuteMs,
});
const { sweepProwJobs, sweepRecords } = proxyActivities<SinkerActivities>({
  taskQueue: taskQueues.admin,
  startToCloseTimeout: 6 * hourMs,
  heartbeatTimeout: 2 * minuteMs,
  retry,
});

export async function sinker(input: SinkerInput): Promise<SinkerResult> {
  const started = Date.now();
  const plan = await planSinker.executeWithOptions({ summary: 'read the configuration' }, []);
  const { maxProwJobAgeMs, maxPodAgeMs, terminatedPodTtlMs } = plan;
  const dryRun = plan.dryRun || (input.dryRun ?? false);
  const previous = workflowInfo().lastResult as SinkerResult | undefined;
  let result: SinkerResult = {
    v: 1,
    dryRun,
    at: new Date(started).toISOString(),
    seconds: 0,
    pods: emptySwept(),
    prowJobs: emptySwept(),
    ...(previous?.recordsAt && { recordsAt: previous.recordsAt }),
    runFolders: 0,
    failed: [],
  };
  const note = (change: Partial<SinkerResult>) => {
    result = { ...result, ...change, seconds: (Date.now() - started) / 1000 };
    setCurrentDetails(describePass(result));
  };
  setHandler(state, () => result);

  /** Undefined where it failed; the pass goes on. */
  const attempt = async <T>(part: string, work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const reason = error.cause?.message ?? error.message;
      log.warn('A part of the sweep failed', { part, reason });
      note({ failed: [...result.failed, { part, reason }] });
      return undefined;
    }
  };

  // Pods before ProwJobs: those removed in this pass still count as complete (spec 7).
  const [pods, folders] = await Promise.all([
    Promise.all(
      plan.clusters.map((cluster) =>
        attempt(
          `pods of ${cluster}`,
          siteActivities(cluster).sweepPods.executeWithOptions({ summary: `pods of ${cluster}` }, [
            { maxPodAgeMs, terminatedPodTtlMs, dryRun },
          ]),
        ),
      ),
    ),
    plan.runFolders
      ? attempt(
          'folders of ended runs',
          siteActivities(localSite).sweepRunFolders.executeWithOptions({ summary: 'folders of ended runs' }, [
            { endedBeforeMs: started - Math.max(maxProwJobAgeMs, leastFolderAgeMs), dryRun },
          ]),
        )
      : 0,
  ]);
  note({ pods: sumSwept(pods.filter((swept) => swept !== undefined)), runFolders: folders ?? 0 });

  const request = { nowMs: started, maxProwJobAgeMs, dryRun };
  const prowJobs = await attempt(
    'ProwJobs',
    sweepProwJobs.executeWithOptions({ summary: 'old ProwJobs and their records' }, [request]),
  );
  note({ ...(prowJobs && { prowJobs }) });

  const recordsAt = previous?.recordsAt ? Date.parse(previous.recordsAt) : 0;
  if (input.sweepRecords || started - recordsAt >= recordsEveryMs) {
    const swept = await attempt(
      'records',
      sweepRecords.executeWithOptions({ summary: 'records without execution, events' }, [request]),
    );
    if (swept) {
      const { events, ...records } = swept;
      // A dry run removed nothing, so the next pass looks again.
      note({ records, ...(events && { events }), ...(!dryRun && { recordsAt: result.at }) });
    }
  }

  note({});
  await reportPass.executeWithOptions({ summary: 'metrics and log' }, [result]);
  return result;
}

/** A site whose workers are away must not hold up the pass. */
function siteActivities(site: string) {
  return proxyActivities<SinkerSiteActivities>({
    taskQueue: taskQueues.runs(site),
    scheduleToStartTimeout: 10 * minuteMs,
    startToCloseTimeout: 2 * hourMs,
    heartbeatTimeout: 2 * minuteMs,
    retry,
  });
}
