/**
 * The ProwJobs of changes and pushes: started, ended, and recorded where a person knows the result better (architecture.md 2.3;
 * spec jobs.md 3 and 4, plugins-review.md C.9). Each can be repeated: a start finds what it started, an end what has ended.
 */
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import type { BlobStore } from '../domain/blob-store.ts';
import type { JobStart } from '../domain/effects.ts';
import type { Refs } from '../domain/job-config.ts';
import { triggeredProwJob } from '../domain/jobs/prowjob-life.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import { rfc3339 } from '../domain/prowjob.ts';
import type { ProwJobInput } from '../domain/prowjob-input.ts';
import { actorId } from '../domain/review/actor-target.ts';
import type {
  ChangeJob,
  ChangeJobActivities,
  RecordChangeJobRequest,
  StartChangeJobsRequest,
  StartedChangeJobs,
} from '../domain/review/change-jobs.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { GitFacts } from '../domain/review/git-facts.ts';
import { fullName } from '../domain/review/item.ts';
import { storageProblem } from '../domain/storage-problem.ts';
import { ids, updates } from '../domain/wire.ts';
import { refsOfPull, refsOfPush } from '../rules/change-refs.ts';
import { inputForProwJob, type InputSettings } from '../rules/prowjob-input.ts';
import { changeJobOf } from '../rules/report/report-facts.ts';
import { reportRulesOf } from '../rules/report/reported-jobs.ts';
import { resolveChangeJob } from '../rules/resolve-change-job.ts';
import { NotResolved } from './git-reads.ts';
import { inParallel } from './in-parallel.ts';
import { repoJobs, type RepoJobs } from './repo-jobs.ts';
import { startProwJob, type StartedProwJob } from './start-prowjob.ts';

export interface ChangeJobDeps {
  client: Client;
  blobs: Pick<BlobStore, 'get'>;
  config: () => LoadedConfig;
  settings: InputSettings;
  now: () => Date;
  logger: Logger;
}

/** Calls to the server under way at once per activity. */
const parallel = 8;
/** Characters of a workflow's argument; the server refuses 2 MB, and a change may bring jobs of any size. */
const maxInput = 1_000_000;

export function createChangeJobActivities(deps: ChangeJobDeps): ChangeJobActivities {
  return {
    startChangeJobs: async (request) => await startChangeJobs(request, deps),

    async abortChangeJobs({ jobs, description }) {
      await inParallel(parallel, jobs, async ({ workflowId, name }) => {
        try {
          await deps.client.workflow
            // Also where its history was reset since.
            .getHandle(workflowId, undefined, { firstExecutionRunId: name })
            .executeUpdate(updates.abort, { args: [{ reason: description }] });
        } catch (error) {
          if (!isOver(error)) throw error;
        }
      });
    },

    recordChangeJob: async (request) => await recordChangeJob(request, deps),
  };
}

async function startChangeJobs(
  { envelope: given, facts, jobs, listener }: StartChangeJobsRequest,
  deps: ChangeJobDeps,
): Promise<StartedChangeJobs> {
  const envelope = await loadEnvelope(deps.blobs, given);
  const resolve = await resolver(envelope, facts, deps);
  // A command and the event that brought it may want the same.
  const wanted = [...new Map(jobs.map((one) => [one.job, one])).values()];
  const outcomes = new Map<JobStart, ChangeJob | string>();
  await inParallel(parallel, wanted, async (job) => {
    const input = resolve(job);
    if (typeof input === 'string') {
      outcomes.set(job, input);
      return;
    }
    const workflowId = ids.prowJob(`${envelope.delivery}/${job.job}`);
    const started = await startProwJob(deps.client, {
      workflowId,
      input: { ...input, listeners: [{ workflowId: listener }] },
    });
    const known = rememberedJob(input, started, deps);
    if (known) outcomes.set(job, known);
  });
  const started: ChangeJob[] = [];
  const refused: { job: string; reason: string }[] = [];
  for (const job of wanted) {
    const outcome = outcomes.get(job);
    if (typeof outcome === 'string') refused.push({ job: job.job, reason: outcome });
    else if (outcome) started.push(outcome);
  }
  return { started, refused };
}

/** What its actor remembers, as its first transition will tell it again. */
function rememberedJob(input: ProwJobInput, started: StartedProwJob, deps: ChangeJobDeps): ChangeJob | undefined {
  const { prowJob: name, before } = started;
  const job = triggeredProwJob(input, { name, buildId: '', now: before?.startedAt ?? deps.now() });
  const status = before
    ? { ...job.status, state: before.state, ...(before.complete && { completionTime: rfc3339(deps.now()) }) }
    : job.status;
  return changeJobOf({ ...job, status }, started.workflowId, reportRulesOf(deps.config().main));
}

async function recordChangeJob(request: RecordChangeJobRequest, deps: ChangeJobDeps): Promise<void> {
  const { key, job, state, description, url, facts } = request;
  const envelope = await loadEnvelope(deps.blobs, request.envelope);
  const { host, repo, item } = envelope;
  const input = (await resolver(envelope, facts, deps))({ job, type: 'presubmit' });
  if (typeof input === 'string' || !item) {
    // The status is set all the same: the record is for those who look at jobs.
    deps.logger.warn({ job, repo: fullName(repo), reason: input }, 'An overridden job could not be recorded');
    return;
  }
  const { tot: _numbersAreForRuns, ...rest } = input;
  await startProwJob(deps.client, {
    workflowId: ids.prowJob(key),
    input: {
      ...rest,
      ended: { state, description, url },
      listeners: [{ workflowId: actorId({ kind: 'change', host, ...repo, number: item.number }) }],
    },
  });
}

/** Makes the complete input of a job that an event starts; a text says why there is none. */
async function resolver(
  envelope: ChangeEventEnvelope,
  facts: GitFacts | undefined,
  { blobs, config: current, settings }: ChangeJobDeps,
): Promise<(start: JobStart) => ProwJobInput | string> {
  const config = current();
  const refs = refsOf(envelope, facts);
  if (!refs) return ({ job }) => `${job} cannot be started: the event is about no commit.`;
  const jobs = await jobsOf(config, envelope, facts, blobs);
  return (start) => {
    const parts = resolveChangeJob(start, jobs, { refs, delivery: envelope.delivery });
    if (typeof parts === 'string') return jobs.problem === undefined ? parts : `${parts} ${jobs.problem}`;
    const input = inputForProwJob(parts, config, settings);
    const problem = storageProblem(parts.spec, input.storage);
    if (problem) return `${start.job} has no folder for its results: ${problem}`;
    return JSON.stringify(input).length > maxInput ? `${start.job} is too large to be started.` : input;
  };
}

function refsOf({ repo, item, events }: ChangeEventEnvelope, facts: GitFacts | undefined): Refs | undefined {
  const push = events.find((event) => event.kind === 'push');
  if (push) return refsOfPush(repo, push);
  const pull = item?.pull;
  return pull && refsOfPull(repo, { ...item, pull }, facts?.baseSha || pull.base.sha);
}

/** Central jobs can be started whatever there is to read of the repository. */
async function jobsOf(
  config: LoadedConfig,
  { repo }: ChangeEventEnvelope,
  facts: GitFacts | undefined,
  blobs: Pick<BlobStore, 'get'>,
): Promise<RepoJobs> {
  try {
    return await repoJobs({ config, blobs, facts, onMissing: () => undefined }, repo);
  } catch (error) {
    if (!(error instanceof NotResolved)) throw error;
    const name = fullName(repo);
    return {
      presubmits: config.presubmits.get(name) ?? [],
      postsubmits: config.postsubmits.get(name) ?? [],
      problem: error.message,
    };
  }
}

/** It has ended, is ending, or is not known any more. */
function isOver(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'NotAbortable';
}
