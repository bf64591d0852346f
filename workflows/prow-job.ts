/**
 * One ProwJob, from created to recorded (spec jobs.md 4 and 5; architecture.md 2.1, 2.3, 3.5).
 *
 * The story: wait for a slot if limited → start the run → record `pending`, where that was not part of starting it, while the run is
 * watched → record the end → give the slot back → perhaps run again, as a periodic's retry. An abort ends the run at any point
 * and is recorded likewise. A ProwJob that is given as ended is only recorded.
 */
import {
  CancellationScope,
  ApplicationFailure,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunOutcome, RunRequest } from '../domain/executor.ts';
import {
  abortedProwJob,
  finishedProwJob,
  pendingProwJob,
  revivedProwJob,
  successfully,
  triggeredProwJob,
} from '../domain/jobs/prowjob-life.ts';
import { reachedMaxRevivals } from '../domain/plank/observe-pod.ts';
import { isComplete, type FinalState, type ProwJob } from '../domain/prowjob.ts';
import type { ProwJobInput } from '../domain/prowjob-input.ts';
import { activityProblem } from './lib/activity-problem.ts';
import { jobActivities } from './lib/job-activities.ts';
import { describeJob } from './lib/job-details.ts';
import { jobSlots } from './lib/job-slots.ts';
import { retryIfDue } from './lib/job-retry.ts';
import { newBuildId } from './lib/build-id.ts';
import { buildIdKey, stateKey } from './search-attributes.ts';
import { abort, state, type AbortRequest } from './prow-job.messages.ts';

export interface ProwJobResult {
  name: string;
  state: FinalState;
  buildId: string;
  description: string;
  url: string;
}

type Ended = Extract<RunOutcome, { kind: 'ended' }>;

export async function prowJob(input: ProwJobInput): Promise<ProwJobResult> {
  const info = workflowInfo();
  const acts = jobActivities(input);
  // A retried periodic has one run per attempt, each a ProwJob of its own; a reset keeps the first run's name.
  const name = input.attempt ? info.runId : info.firstExecutionRunId;
  const work = new CancellationScope();
  let job = triggeredProwJob(input, { name, buildId: await newBuildId(input, acts), now: new Date() });
  let aborted: string | undefined;
  let started = false;
  let recordsLocally = false;
  const endedBuildIds: string[] = [];

  setHandler(state, () => job);
  setHandler(
    abort,
    (request) => {
      const description = request?.reason ?? successfully(request?.by, 'aborted', name);
      aborted = description;
      job = abortedProwJob(job, description);
      upsertSearchAttributes([{ key: stateKey, value: 'aborted' }]);
      work.cancel();
      return job.status;
    },
    {
      validator(_request: AbortRequest | undefined) {
        if (isComplete(job) || aborted) throw ApplicationFailure.nonRetryable(notAbortable(job), 'NotAbortable');
      },
    },
  );

  const request = (): RunRequest => ({
    prowJob: job,
    storage: input.storage,
    timeouts: input.timeouts,
    maxRevivals: input.maxRevivals,
    ...(endedBuildIds.length > 0 && { endedBuildIds }),
  });

  const told = { workflowId: info.workflowId, listeners: input.listeners ?? [] };
  const record = async (by = acts.recordTransition) => {
    const ended = input.ended && { ended: input.ended };
    show((await by({ prowJob: job, storage: input.storage, ...told, ...ended })).url);
  };
  const show = (url: string) => {
    job = { ...job, status: { ...job.status, url } };
    setCurrentDetails(describeJob(job));
  };

  /** Runs until the run has ended for good; a lost run is started again with a new build id (spec 5.4, 5.5). */
  const runToEnd = async (): Promise<Ended> => {
    for (;;) {
      started = true;
      const run = await acts.startRun({ ...request(), ...told });
      const { recorded } = run;
      recordsLocally = run.recordsLocally ?? false;
      job = pendingProwJob(job, { buildId: run.buildId, now: recorded ? new Date(recorded.at) : new Date() });
      upsertSearchAttributes([
        { key: stateKey, value: 'pending' },
        { key: buildIdKey, value: run.buildId },
      ]);
      if (recorded) show(recorded.url);
      const [outcome] = await Promise.all([acts.watchRun(request()), recorded ? undefined : record()]);
      if (outcome.kind === 'ended') return outcome;
      if (outcome.counted) {
        const { pod_revival_count: revivals = 0 } = job.status;
        if (revivals >= input.maxRevivals) return tooManyRevivals(revivals, outcome.cause);
        job = revivedProwJob(job);
      }
      endedBuildIds.push(run.buildId);
      const buildId = await newBuildId(input, acts);
      job = { ...job, status: { ...job.status, build_id: buildId } };
    }
  };

  /** An aborted run is not over before its site says so. */
  const endedRun = async (ran: Ended): Promise<Ended> => {
    try {
      await acts.endRun(request());
      return ran;
    } catch (error) {
      // It will not be ended by trying again: its cluster, say, is not known any more (spec 5.1).
      return { kind: 'ended', state: 'error', description: problemOf(error) };
    }
  };

  const slots = input.ended ? undefined : jobSlots(input, job);
  const ran: Ended = input.ended
    ? { kind: 'ended', ...input.ended }
    : await work
        .run(async () => {
          await slots?.acquire();
          return await runToEnd();
        })
        .catch((error: unknown) => endedBy(error, aborted));

  let outcome = ran;
  await CancellationScope.nonCancellable(async () => {
    outcome = ran.state === 'aborted' && started ? await endedRun(ran) : ran;
    job = finishedProwJob(job, { state: outcome.state, description: outcome.description, now: new Date() });
    upsertSearchAttributes([
      { key: stateKey, value: outcome.state },
      // Lists find its record by it; of a job that runs they know it since it is pending.
      ...(input.ended ? [{ key: buildIdKey, value: job.status.build_id ?? '' }] : []),
    ]);
    await Promise.all([record(recordsLocally ? acts.recordHere : acts.recordTransition), slots?.release()]);
  });

  await retryIfDue(input, job);
  const { url = '', build_id: buildId = '', description = '' } = job.status;
  return { name, state: outcome.state, buildId, description, url };
}

function notAbortable(job: ProwJob): string {
  return `ProwJob ${job.metadata.name} of ${job.spec.job} is ${job.status.state} and can no longer be aborted.`;
}

function tooManyRevivals(revivals: number, cause: string): Ended {
  return { kind: 'ended', state: 'error', description: reachedMaxRevivals(revivals, cause) };
}

/** What an error out of the run means for the job: cancelled, refused by the executor, or impossible to find out. */
function endedBy(error: unknown, aborted: string | undefined): Ended {
  if (isCancellation(error)) {
    return { kind: 'ended', state: 'aborted', description: aborted ?? 'Aborted: the workflow was cancelled.' };
  }
  return { kind: 'ended', state: 'error', description: problemOf(error) };
}

function problemOf(error: unknown): string {
  const { message, cause } = activityProblem(error);
  log.warn('The run could not be carried out', { error: cause });
  return message;
}
