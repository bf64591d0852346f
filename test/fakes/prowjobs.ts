/**
 * Temporal as Deck sees it, in memory: a list of ProwJobs with their records in blob storage. What is started and aborted is
 * remembered.
 */
import { RefusedError, type ProwJobs, type ProwJobSummary } from '../../clients/temporal/api.ts';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import type { StartJobRequest } from '../../domain/start-job.ts';

export interface FakeProwJobs extends ProwJobs {
  /** Adds or changes a ProwJob, and writes its record if it has a build id. */
  put(prowJob: ProwJob, options?: { record?: boolean; summary?: Partial<ProwJobSummary> }): Promise<void>;
  remove(name: string): void;
  /** What `list` was asked, in order. */
  readonly queries: (string | undefined)[];
  readonly started: StartJobRequest[];
  readonly aborted: string[];
  /** While set, `list` fails with this text. */
  failure: string | undefined;
}

/** Blob key of the folder that a fake run has. */
export function fakeRunKey({ spec, status }: ProwJob): string {
  return `bucket/logs/${spec.job}/${status.build_id}`;
}

export function createFakeProwJobs(blobs: BlobStore): FakeProwJobs {
  const known = new Map<string, { summary: ProwJobSummary; prowJob: ProwJob }>();
  const fake: FakeProwJobs = {
    queries: [],
    started: [],
    aborted: [],
    failure: undefined,
    async put(prowJob, { record = true, summary } = {}) {
      known.set(prowJob.metadata.name, { summary: { ...summaryOf(prowJob), ...summary }, prowJob });
      if (record && prowJob.status.build_id)
        await blobs.put(`${fakeRunKey(prowJob)}/prowjob.json`, JSON.stringify(prowJob));
    },
    remove: (name) => void known.delete(name),
    async *list({ query } = {}) {
      fake.queries.push(query);
      if (fake.failure) throw new Error(fake.failure);
      yield* [...known.values()].map(({ summary }) => summary);
    },
    find: async (name) => known.get(name)?.summary,
    state: async ({ name }) => known.get(name)?.prowJob,
    async abort(name) {
      const found = known.get(name);
      if (!found) throw new RefusedError('JobNotFound', `No ProwJob named ${name} is known.`);
      fake.aborted.push(name);
      const { prowJob } = found;
      await fake.put({
        ...prowJob,
        status: { ...prowJob.status, state: 'aborted', description: 'Successfully aborted.' },
      });
    },
    async start(request) {
      fake.started.push(request);
      const job = known.get(request.rerun?.prowJob ?? '')?.prowJob.spec.job ?? request.job ?? '';
      return { prowJob: '99999999-0000-4000-8000-000000000000', workflowId: 'job:new', job };
    },
  };
  return fake;
}

function summaryOf(prowJob: ProwJob): ProwJobSummary {
  const { metadata, spec, status } = prowJob;
  const refs = spec.refs ?? spec.extra_refs?.[0];
  return {
    name: metadata.name,
    workflowId: `periodic:${spec.job}`,
    executionStatus: status.completionTime ? 'COMPLETED' : 'RUNNING',
    startTime: new Date(status.startTime),
    ...(status.completionTime && { closeTime: new Date(status.completionTime) }),
    job: spec.job,
    type: spec.type,
    state: status.state,
    ...(status.build_id && { buildId: status.build_id }),
    ...(refs && { repo: `${refs.org}/${refs.repo}` }),
    ...(spec.cluster && { cluster: spec.cluster }),
    pulls: (refs?.pulls ?? []).map(({ number }) => String(number)),
    memo: {
      v: 1,
      job: spec.job,
      type: spec.type,
      dir: `bucket/logs/${spec.job}`,
      namespace: metadata.namespace,
      executor: 'process',
      ...(spec.refs && { refs: spec.refs }),
      ...(spec.extra_refs && { extra_refs: spec.extra_refs }),
      ...(spec.agent && { agent: spec.agent }),
      ...(spec.cluster && { cluster: spec.cluster }),
      ...(spec.hidden && { hidden: true }),
      ...(spec.prowjob_defaults?.tenant_id && { tenant_id: spec.prowjob_defaults.tenant_id }),
    },
  };
}
