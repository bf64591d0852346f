/**
 * Runs one periodic with `minimum_interval`: the next run is due that long after the end of the last one, which no Temporal
 * Schedule can say (spec jobs.md 3, architecture.md 3.6). Never two runs at once.
 *
 * The run is a ProwJob of its own, started by activity, and tells its end by signal; the loop asks after it now and then in
 * case that is lost. It continues as new before each further run.
 */
import {
  ActivityFailure,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { JobActivities } from '../activities/jobs.ts';
import type { LimitActivities } from '../activities/limits.ts';
import { retryDelayMs } from '../domain/jobs/retry.ts';
import type { JobChanged, ProwJobInput } from '../domain/prowjob-input.ts';
import { rfc3339 } from '../domain/prowjob.ts';
import { ids, taskQueues } from '../domain/wire.ts';
import {
  configChanged,
  jobChanged,
  pause,
  remove,
  resume,
  state,
  trigger,
  type PeriodicLoopInput,
  type PeriodicLoopState,
} from './periodic-loop.messages.ts';
import { configHashKey, scheduleKey } from './search-attributes.ts';

/** A run that has been silent for so long is asked after. */
const recheckMs = 600_000;
const maxEvents = 2_000;

const { startProwJob, findClosed } = proxyActivities<JobActivities & LimitActivities>({
  taskQueue: taskQueues.admin,
  startToCloseTimeout: 30_000,
  retry: { initialInterval: 500, maximumInterval: 30_000 },
});

export async function periodicLoop(input: PeriodicLoopInput): Promise<void> {
  const { workflowId: loopId } = workflowInfo();
  const loop = { ...input };
  /** What handlers have written down: `changed` is anything that may change what to do next. */
  const heard = { changed: false, removed: false };
  let recheckAt = Date.now() + recheckMs;

  const nextRunMs = () => (loop.lastEnd === undefined ? Date.now() : loop.lastEnd + loop.minimumIntervalMs);

  const current = (): PeriodicLoopState => ({
    job: loop.job,
    schedule: loop.schedule,
    paused: loop.paused ?? false,
    running: loop.running ? 1 : 0,
    ...(loop.note && { note: loop.note }),
    ...(loop.lastRun && { lastRun: loop.lastRun }),
    ...(!loop.running && !loop.paused && { nextRun: rfc3339(new Date(nextRunMs())) }),
  });

  const ended = (endedAt: number) => {
    delete loop.running;
    delete loop.attempt;
    loop.lastEnd = endedAt;
    heard.changed = true;
  };

  setHandler(state, current);
  setHandler(jobChanged, (change) => {
    if (change.workflowId !== loop.running || !change.complete) return;
    // A run that will be retried goes on as the same workflow; its last attempt is what counts.
    const attempt = loop.attempt ?? 0;
    if (willRetry(loop.run, change, attempt)) loop.attempt = attempt + 1;
    else ended(Date.now());
  });
  setHandler(pause, (note) => {
    loop.paused = true;
    setNote(loop, note);
    heard.changed = true;
  });
  setHandler(resume, () => {
    loop.paused = false;
    setNote(loop, undefined);
    heard.changed = true;
  });
  setHandler(trigger, () => {
    loop.triggered = true;
    heard.changed = true;
  });
  setHandler(remove, () => {
    heard.removed = true;
    heard.changed = true;
  });
  setHandler(configChanged, ({ schedule, minimumIntervalMs, run, configHash }) => {
    heard.removed = false;
    if (configHash !== undefined && configHash !== loop.configHash) {
      loop.configHash = configHash;
      upsertSearchAttributes([
        { key: configHashKey, value: configHash },
        { key: scheduleKey, value: schedule },
      ]);
    }
    Object.assign(loop, { schedule, minimumIntervalMs, run });
    heard.changed = true;
  });

  /** Waits for a message, at most until a time; a message that came since the last look counts. */
  const waitForChange = async (untilMs: number | undefined, summary: string) => {
    const told = () => heard.changed;
    if (untilMs === undefined) await condition(told);
    // A timer is two events, so it is not started in vain.
    else if (!told()) await condition(told, Math.max(1, untilMs - Date.now()), { summary });
    heard.changed = false;
  };

  const start = async () => {
    let time = rfc3339(new Date());
    // The id has the time in whole seconds, and a second run of the same second would be taken for the first.
    if (time === loop.lastRun) {
      await sleep(1_000, { summary: 'next second' });
      time = rfc3339(new Date());
    }
    const workflowId = `${ids.periodicSchedule(loop.job)}-${time}`;
    loop.running = workflowId;
    loop.lastRun = time;
    delete loop.triggered;
    recheckAt = Date.now() + recheckMs;
    const listeners = [...(loop.run.listeners ?? []), { workflowId: loopId }];
    try {
      await startProwJob.executeWithOptions({ summary: `start ${loop.job}` }, [
        { workflowId, input: { ...loop.run, listeners } },
      ]);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      log.error('A periodic could not be started', { job: loop.job, error: error.cause });
      if (loop.running === workflowId) ended(Date.now());
    }
  };

  const lookAfterRun = async (workflowId: string) => {
    recheckAt = Date.now() + recheckMs;
    const [closed] = await findClosed.executeWithOptions({ summary: 'ask after the run' }, [[workflowId]]);
    if (closed && loop.running === workflowId) ended(closed.closedAt ?? Date.now());
  };

  let started = false;
  while (!heard.removed) {
    setCurrentDetails(describe(current()));
    const due = !loop.running && (loop.triggered || (!loop.paused && nextRunMs() <= Date.now()));
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if ((due && started) || continueAsNewSuggested || historyLength >= maxEvents) {
      await continueAsNew<typeof periodicLoop>(loop);
    }
    if (due) {
      started = true;
      await start();
    } else if (loop.running) {
      await waitForChange(recheckAt, `${loop.job} is running`);
      if (loop.running && Date.now() >= recheckAt) await lookAfterRun(loop.running);
    } else {
      await waitForChange(loop.paused ? undefined : nextRunMs(), `next run of ${loop.job}`);
    }
  }
}

function willRetry(run: ProwJobInput, { state }: JobChanged, attempt: number): boolean {
  return retryDelayMs(run.retry, { attempt, state, startedMs: 0 }, 0) !== undefined;
}

function setNote(loop: PeriodicLoopInput, note: string | undefined): void {
  if (note) loop.note = note;
  else delete loop.note;
}

function describe({ schedule, paused, note, running, nextRun, lastRun }: PeriodicLoopState): string {
  const now = running ? 'a run is under way' : paused ? `paused${note ? `: ${note}` : ''}` : `next run ${nextRun}`;
  return [`\`${schedule}\`, ${now}`, ...(lastRun ? [`Last run started ${lastRun}`] : [])].join('\n\n');
}
