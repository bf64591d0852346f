/**
 * The activities that a ProwJob uses, each group with its queue, timeouts and retries (temporal.md 11).
 */
import { ActivityCancellationType, log, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { RecordActivities } from '../../activities/records.ts';
import type { RunActivities } from '../../activities/runs.ts';
import type { BuildIdActivities } from '../../activities/build-ids.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { taskQueues } from '../../domain/wire.ts';

export interface JobActivities extends RunActivities, RecordActivities, BuildIdActivities {
  /** The same as `recordTransition` by the worker that runs the workflow: an activity and a workflow task less for each job. */
  recordHere: RecordActivities['recordTransition'];
}

const hourMs = 3_600_000;

/**
 * How long a watch may be silent before another worker takes it over (milliseconds). Each heartbeat is a write, so thousands
 * of pods get two minutes; the runs of one machine are few, and people wait for them.
 */
const heartbeatMs = { process: 15_000, none: 15_000, kubernetes: 120_000 } as const;

export function jobActivities(input: ProwJobInput): JobActivities {
  const { site, executor, timeouts } = input;
  const { startRun } = proxyActivities<RunActivities>({
    taskQueue: taskQueues.runs(site),
    summary: 'start the run',
    startToCloseTimeout: 30_000,
    scheduleToCloseTimeout: 24 * hourMs,
    // An abort waits for the attempt under way, so that no run starts behind its back.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: 1_000, maximumInterval: 30_000 },
  });
  const { watchRun } = proxyActivities<RunActivities>({
    taskQueue: taskQueues.watch(site),
    summary: 'watch the run',
    startToCloseTimeout: timeouts.runningMs + 2 * hourMs,
    scheduleToCloseTimeout: timeouts.runningMs + 26 * hourMs,
    heartbeatTimeout: heartbeatMs[executor],
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: 1_000, maximumInterval: 30_000 },
  });
  const { endRun } = proxyActivities<RunActivities>({
    taskQueue: taskQueues.runs(site),
    summary: 'end the run',
    startToCloseTimeout: hourMs,
    scheduleToCloseTimeout: 24 * hourMs,
    retry: { initialInterval: 1_000, maximumInterval: 30_000 },
  });
  const { recordTransition } = proxyActivities<RecordActivities>({
    taskQueue: taskQueues.reports,
    summary: 'record and tell listeners',
    // One small file and a few signals. An answer that is lost, with a server that is killed say, is missed for so long, and
    // a periodic's next run waits for this one.
    startToCloseTimeout: 20_000,
    retry: { initialInterval: 1_000, maximumInterval: 60_000 },
  });
  const local = proxyLocalActivities<RecordActivities>({
    summary: 'record and tell listeners',
    // Well within a workflow task (10 s), which it would hold up; what is in trouble is for an activity to repeat.
    startToCloseTimeout: 5_000,
    retry: { maximumAttempts: 1 },
  });
  const recordHere: RecordActivities['recordTransition'] = async (transition) =>
    await local.recordTransition(transition).catch(async (error: unknown) => {
      log.warn('The end is not recorded where the workflow runs; an activity does it', { error });
      return await recordTransition(transition);
    });
  const { vendBuildId } = proxyActivities<BuildIdActivities>({
    taskQueue: taskQueues.admin,
    summary: 'vend a build id',
    startToCloseTimeout: 120_000,
    scheduleToCloseTimeout: 24 * hourMs,
  });
  return { startRun, watchRun, endRun, recordTransition, recordHere, vendBuildId };
}
