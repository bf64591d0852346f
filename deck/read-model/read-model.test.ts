import { afterEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../telemetry/logger.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../../test/fakes/memory-blobs.ts';
import { createFakeProwJobs, fakeRunKey, type FakeProwJobs } from '../../test/fakes/prowjobs.ts';
import { endedProwJob, prowJob } from '../../test/fixtures/prowjob.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { createReadModel, type ReadModel, type ReadModelChanges } from './read-model.ts';

const logger = createLogger({ component: 'deck', level: 'silent' });
let readModel: ReadModel;
let prowJobs: FakeProwJobs;
let blobs: MemoryBlobs;

async function begin(): Promise<void> {
  readModel = createReadModel({ prowJobs, blobs, logger, pollMs: 5, idlePollMs: 5 });
  readModel.start();
  await eventually(() => readModel.ready() || readModel.stale() !== undefined, 'the first poll is over');
}

/** After a poll that began later than now. */
async function settled(): Promise<void> {
  const before = prowJobs.queries.length;
  await eventually(() => prowJobs.queries.length >= before + 3, 'the list was read again');
}

function fresh(): void {
  blobs = createMemoryBlobs();
  prowJobs = createFakeProwJobs(blobs);
}

afterEach(async () => {
  await readModel.stop();
});

describe('what visibility and records say together', () => {
  test('the record has what visibility does not, and the heavy parts are counted and left out', async () => {
    fresh();
    const job = endedProwJob('success', { metadata: { labels: { a: 'b' } }, status: { description: 'Fine.' } });
    await prowJobs.put(job);

    await begin();

    const item = readModel.item(job.metadata.name);
    expect(item).toMatchObject({ containers: 1, runKey: fakeRunKey(job), prowJob: { status: job.status } });
    expect(item?.prowJob.spec.pod_spec).toBeUndefined();
    expect(item?.prowJob.metadata.labels).toEqual({});
    expect(await readModel.full(job.metadata.name)).toEqual(job);
  });

  test('a job without a record is shown from its list entry, refs, tenant and hiding included', async () => {
    fresh();
    const spec = {
      type: 'presubmit' as const,
      refs: { org: 'o', repo: 'r', base_ref: 'main', pulls: [{ number: 5, author: 'a', sha: 'abc', title: 'T' }] },
      hidden: true,
      prowjob_defaults: { tenant_id: 't' },
    };
    const job = prowJob({ spec });
    await prowJobs.put(job);

    await begin();

    expect(readModel.items()).toHaveLength(1);
    expect(readModel.item(job.metadata.name)?.prowJob).toMatchObject({ spec, status: job.status });
  });

  test.each([
    ['presubmit' as const, { refs: { org: 'o', repo: 'r' } }],
    ['periodic' as const, { extra_refs: [{ org: 'o', repo: 'r' }] }],
  ])('the repository of a %s is known although its memo has no refs', async (type, expected) => {
    fresh();
    const job = prowJob({ spec: { type } });
    await prowJobs.put(job, { summary: { repo: 'o/r' } });

    await begin();

    expect(readModel.item(job.metadata.name)?.prowJob.spec).toMatchObject(expected);
  });

  test('a record that lags behind visibility is read until it has caught up', async () => {
    fresh();
    const pending = prowJob({ status: { state: 'pending', build_id: '7' } });
    const ended = endedProwJob('failure', {
      metadata: pending.metadata,
      status: { build_id: '7', description: 'Broke.' },
    });
    await prowJobs.put(pending);
    await begin();

    await prowJobs.put(ended, { record: false });
    await settled();
    const before = readModel.item(pending.metadata.name)?.prowJob.status.description;
    await blobs.put(`${fakeRunKey(ended)}/prowjob.json`, JSON.stringify(ended));
    await settled();

    expect(before).toBeUndefined();
    expect(readModel.item(pending.metadata.name)?.prowJob.status).toEqual(ended.status);
  });

  test.each([
    ['TERMINATED' as const, 'aborted', /terminated/],
    ['TIMED_OUT' as const, 'error', /timed out/],
    ['FAILED' as const, 'error', /failed/],
    ['CANCELLED' as const, 'aborted', /cancelled/],
  ])('a workflow that was %s leaves a job that has ended, and says so', async (executionStatus, state, description) => {
    fresh();
    const job = prowJob({ status: { state: 'pending', build_id: '7' } });
    await prowJobs.put(job, { summary: { executionStatus, closeTime: new Date('2026-11-24T12:03:04Z') } });

    await begin();

    expect(readModel.item(job.metadata.name)?.prowJob.status).toMatchObject({
      state,
      description: expect.stringMatching(description),
      completionTime: '2026-11-24T12:03:04Z',
    });
    expect((await readModel.full(job.metadata.name))?.status.state).toBe(state);
  });

  test('a terminated workflow whose last record is complete keeps what the record says', async () => {
    fresh();
    const job = endedProwJob('success');
    await prowJobs.put(job, { summary: { executionStatus: 'TERMINATED' } });

    await begin();

    expect(readModel.item(job.metadata.name)?.prowJob.status).toEqual(job.status);
  });

  test('a run is found by its job and build id, a string of twenty digits', async () => {
    fresh();
    const job = endedProwJob('success', { status: { build_id: '18446744073709551615' } });
    const neighbour = endedProwJob('success', { status: { build_id: '18446744073709551614' } });
    await prowJobs.put(job);
    await prowJobs.put(neighbour);

    await begin();

    expect(readModel.byRun('echo-test', '18446744073709551615')?.prowJob.metadata.name).toBe(job.metadata.name);
    expect(readModel.byRun('other', '18446744073709551615')).toBeUndefined();
  });

  test('a record that is no JSON hides nothing', async () => {
    fresh();
    const job = endedProwJob('success');
    await prowJobs.put(job);
    await blobs.put(`${fakeRunKey(job)}/prowjob.json`, '{"apiVersion":');

    await begin();

    expect(readModel.item(job.metadata.name)?.prowJob.status.state).toBe('success');
  });
});

describe('how it keeps up', () => {
  test('after the first list it asks for open jobs and for what started or ended lately', async () => {
    fresh();
    await prowJobs.put(endedProwJob('success'));

    await begin();
    await settled();

    expect(prowJobs.queries[0]).toBeUndefined();
    expect(prowJobs.queries[1]).toMatch(
      /^ExecutionStatus="Running" OR CloseTime>="[\dT:.Z-]+" OR StartTime>="[\dT:.Z-]+"$/,
    );
  });

  test('listeners are told what changed, once, with growing revisions', async () => {
    fresh();
    const job = prowJob({ status: { state: 'pending', build_id: '7' } });
    await prowJobs.put(job);
    await begin();
    const told: ReadModelChanges[] = [];
    const end = readModel.onChange((changes) => told.push(changes));
    const revision = readModel.revision();

    await prowJobs.put(endedProwJob('success', { metadata: job.metadata, status: { build_id: '7' } }));
    await settled();
    await settled();
    end();

    expect(told.map(({ changed }) => changed.map(({ prowJob: { status } }) => status.state))).toEqual([['success']]);
    expect(told[0]?.revision).toBe(revision + 1);
    expect(readModel.revision()).toBe(revision + 1);
  });

  test('a list that cannot be read stays as it was, with its age and the reason, and recovers', async () => {
    fresh();
    const job = endedProwJob('success');
    await prowJobs.put(job);
    await begin();

    prowJobs.failure = 'no connection';
    await settled();
    const stale = readModel.stale();
    const during = readModel.items().length;
    prowJobs.failure = undefined;
    await prowJobs.put(endedProwJob('failure'));
    await settled();

    expect(stale?.reason).toBe('no connection');
    expect(stale && Date.now() - stale.since.getTime()).toBeLessThan(10_000);
    expect(during).toBe(1);
    expect([readModel.stale(), readModel.items().length]).toEqual([undefined, 2]);
  });

  test('without a first list it is not ready', async () => {
    fresh();
    prowJobs.failure = 'no connection';

    await begin();

    expect([readModel.ready(), readModel.items()]).toEqual([false, []]);
  });

  test('10,000 jobs take less than 40 MB', async () => {
    fresh();
    const podSpec = { containers: [{ name: 'test', image: 'alpine', args: ['x'.repeat(2_000)] }] };
    const many = Array.from({ length: 10_000 }, (_, index) =>
      endedProwJob('success', {
        spec: { job: `job-${index}`, pod_spec: podSpec },
        status: { build_id: String(index) },
      }),
    );
    // Read from a store that makes each record anew, so that only what the read model keeps is counted.
    const byKey = new Map(many.map((job) => [`${fakeRunKey(job)}/prowjob.json`, job]));
    for (const job of many) await prowJobs.put(job, { record: false });
    const store = { ...blobs, get: async (key: string) => Buffer.from(JSON.stringify(byKey.get(key))) };
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;

    readModel = createReadModel({ prowJobs, blobs: store, logger, pollMs: 60_000, idlePollMs: 60_000 });
    readModel.start();
    await eventually(() => readModel.ready(), 'the list was read');

    globalThis.gc?.();
    expect(readModel.items()).toHaveLength(10_000);
    expect(JSON.stringify(readModel.items().map(({ prowJob: kept }) => kept)).length).toBeLessThan(10_000 * 1_000);
    // Without --expose-gc the heap has garbage that nobody keeps.
    if (globalThis.gc) expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
  });
});
