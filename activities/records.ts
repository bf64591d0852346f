/**
 * One activity per transition of a ProwJob: writes its record and tells those who listen (architecture.md 2.3 and 3.4).
 */
import type { Logger } from 'pino';
import type { BlobStore } from '../domain/blob-store.ts';
import type { GcsConfiguration } from '../domain/job-config.ts';
import type { MainConfig } from '../domain/main-config.ts';
import { isComplete, type ProwJob } from '../domain/prowjob.ts';
import type { Ending, JobChanged, Listener } from '../domain/prowjob-input.ts';
import { targetOfActor } from '../domain/review/actor-target.ts';
import { recordKey, runKey } from '../domain/storage-keys.ts';
import { jobUrl } from '../rules/job-url.ts';
import { refsText } from '../rules/refs-text.ts';
import { changeJobOf } from '../rules/report/report-facts.ts';
import { reportRulesOf, type ReportRules } from '../rules/report/reported-jobs.ts';

export interface Transition {
  prowJob: ProwJob;
  workflowId: string;
  storage: GcsConfiguration;
  listeners: Listener[];
  /** Of a ProwJob that never ran: there are no results, and its URL is given. */
  ended?: Ending;
}

export interface RecordActivities {
  /** Returns the job's URL, which depends on its state and on the configuration of the moment (spec 4.6). */
  recordTransition: (transition: Transition) => Promise<{ url: string }>;
}

export interface RecordDeps {
  blobs: BlobStore;
  main(): MainConfig;
  /** Link for jobs that the configuration gives no URL: Deck's own page. */
  defaultUrl(prowJob: ProwJob): string;
  /** Signals `jobChanged`; a listener that is gone is not an error. */
  tell(listener: Listener, change: JobChanged): Promise<void>;
  onTransition(prowJob: ProwJob): void;
  logger: Logger;
}

export function createRecordActivities(deps: RecordDeps): RecordActivities {
  return {
    async recordTransition({ prowJob, workflowId, storage, listeners, ended }) {
      const url = ended?.url || jobUrl(prowJob, deps.main()) || deps.defaultUrl(prowJob);
      const job: ProwJob = { ...prowJob, status: { ...prowJob.status, url } };
      await writeRecord(deps.blobs, job, storage);
      if (isComplete(job) && !ended) await finishResults(deps.blobs, job, storage);
      const rules = reportRulesOf(deps.main());
      await Promise.all(
        listeners.map((listener) =>
          deps.tell(listener, changeOf(job, workflowId, targetOfActor(listener.workflowId) && rules)),
        ),
      );
      deps.onTransition(job);
      deps.logger.info(
        { prowjob: job.metadata.name, job: job.spec.job, state: job.status.state, buildId: job.status.build_id },
        'ProwJob changed state',
      );
      return { url };
    },
  };
}

/** Prow indents `prowjob.json` with tabs (spec 6.3). */
async function writeRecord(blobs: BlobStore, job: ProwJob, storage: GcsConfiguration): Promise<void> {
  const key = recordKey(job.spec, storage, job.status.build_id ?? '');
  await blobs.put(key, JSON.stringify(job, null, '\t'), { contentType: 'application/json' });
}

/**
 * What crier does for runs that left no results of their own (spec 6.3, line 64): `started.json` for jobs with refs and a
 * `finished.json` whose result is the lower-case state. Existing files are the run's own and stay.
 */
async function finishResults(blobs: BlobStore, job: ProwJob, storage: GcsConfiguration): Promise<void> {
  const dir = runKey(job.spec, storage, job.status.build_id ?? '');
  const { refs } = job.spec;
  const uploader = { uploader: 'crier' };
  if (refs) {
    await putIfAbsent(blobs, `${dir}/started.json`, {
      timestamp: seconds(job.status.startTime),
      ...(refs.pulls?.[0] && { pull: String(refs.pulls[0].number) }),
      repos: { [`${refs.org}/${refs.repo}`]: refsText(refs) },
      'repo-commit': refs.pulls?.[0]?.sha || refs.base_sha || refs.base_ref || '',
      metadata: uploader,
    });
  }
  await putIfAbsent(blobs, `${dir}/finished.json`, {
    timestamp: seconds(job.status.completionTime ?? job.status.startTime),
    passed: job.status.state === 'success',
    result: job.status.state,
    metadata: uploader,
  });
}

async function putIfAbsent(blobs: BlobStore, key: string, content: unknown): Promise<void> {
  if (await blobs.stat(key)) return;
  await blobs.put(key, JSON.stringify(content), { contentType: 'application/json' });
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

/** With what actors remember of their jobs, where the rules of reports are given. */
function changeOf(job: ProwJob, workflowId: string, rules: ReportRules | undefined): JobChanged {
  const change = rules && changeJobOf(job, workflowId, rules);
  const { state, build_id, url, description } = job.status;
  return {
    name: job.metadata.name,
    workflowId,
    job: job.spec.job,
    state,
    complete: isComplete(job),
    ...(build_id && { buildId: build_id }),
    ...(url && { url }),
    ...(description && { description }),
    ...(change && { change }),
  };
}
