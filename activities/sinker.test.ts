import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ProwJobSummary } from '../clients/temporal/api.ts';
import type { Executions } from '../clients/temporal/executions.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import type { ProwJob, ProwJobType } from '../domain/prowjob.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { createSinkerActivities, type SinkerActivities, type SinkerDeps } from './sinker.ts';

const day = 86_400_000;
const now = Date.now();
/** Records are judged by when they were written: as if all this were in a month. */
const later = now + 30 * day;
const request = { nowMs: later, maxProwJobAgeMs: 7 * day, dryRun: false };

let blobs: MemoryBlobs;
let summaries: ProwJobSummary[];
let deleted: string[];
let failures: Map<string, Error>;
let activities: SinkerActivities;
let deps: SinkerDeps;

beforeEach(() => {
  blobs = createMemoryBlobs();
  summaries = [];
  deleted = [];
  failures = new Map();
  deps = {
    executions: executions(),
    blobs,
    isRemovable: (key) => !key.startsWith('s3:'),
    eventsFolder: 'bowsprit-events',
    config: () => config,
    clusters: () => ['default', 'far', 'spared'],
    dryRun: false,
    runFolders: true,
    onPass: () => undefined,
    logger: createLogger({ component: 'test', level: 'fatal' as 'error' }),
  };
  activities = createSinkerActivities(deps);
});

const config = {
  main: {
    plank: { default_decoration_config_entries: [{ config: { gcs_configuration: { bucket: 'b' } } }] },
    sinker: {
      resync_period: '1h0m0s',
      max_prowjob_age: '168h0m0s',
      max_pod_age: '24h0m0s',
      terminated_pod_ttl: '30m0s',
      exclude_clusters: ['spared'],
    },
  },
  presubmits: new Map(),
  postsubmits: new Map(),
  periodics: [{ name: 'nightly' }],
} as unknown as LoadedConfig;

function executions(): Executions {
  return {
    async *closedBefore(startMs) {
      yield* summaries.filter((each) => each.executionStatus !== 'RUNNING' && each.startTime.getTime() < startMs);
    },
    hasLaterRun: async (job, startMs) =>
      summaries.some((each) => each.type === 'periodic' && each.job === job && each.startTime.getTime() > startMs),
    lookUp: async () => new Map(),
    isOpen: async (name) => summaries.some((each) => each.name === name && each.executionStatus === 'RUNNING'),
    count: async () => summaries.length,
    async delete({ name }) {
      const failure = failures.get(name);
      if (failure) throw failure;
      deleted.push(name);
    },
  };
}

interface Given {
  type?: ProwJobType;
  running?: boolean;
  complete?: boolean;
  /** Absent: only the record is left. */
  listed?: boolean;
  buildId?: string;
}

/** A ProwJob that started so many days before `later`, with its record; answers its name. */
async function prowJob(job: string, days: number, given: Given = {}): Promise<string> {
  const { type = 'periodic', running = false, complete = !running, listed = true } = given;
  const name = randomUUID();
  const startTime = new Date(later - days * day);
  const buildId = given.buildId ?? String(startTime.getTime());
  const record = {
    kind: 'ProwJob',
    metadata: { name },
    spec: { type, job },
    status: {
      startTime: startTime.toISOString(),
      build_id: buildId,
      ...(complete && { completionTime: startTime.toISOString() }),
    },
  } as unknown as ProwJob;
  await blobs.put(`b/logs/${job}/${buildId}/prowjob.json`, JSON.stringify(record));
  if (!listed) return name;
  summaries.push({
    name,
    workflowId: `w-${name}`,
    executionStatus: running ? 'RUNNING' : 'COMPLETED',
    startTime,
    job,
    type,
    state: running ? 'pending' : 'success',
    buildId,
    pulls: [],
    memo: { v: 1, job, type, dir: `b/logs/${job}`, namespace: 'n', executor: 'process' },
  });
  return name;
}

async function records(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs.list('b/')) keys.push(key);
  return keys;
}

const run = <T>(work: () => Promise<T>) => new MockActivityEnvironment().run<[], T, () => Promise<T>>(work);

test('the plan: ages of the configuration, clusters that are not excluded', async () => {
  expect(await run(() => activities.planSinker())).toEqual({
    dryRun: false,
    maxProwJobAgeMs: 7 * day,
    maxPodAgeMs: day,
    terminatedPodTtlMs: 1_800_000,
    clusters: ['default', 'far'],
    runFolders: true,
  });
});

describe('ProwJobs', () => {
  test('old ones go with their records; young, running, and latest of configured periodics stay (65, 66)', async () => {
    const old = await prowJob('unit', 8, { type: 'presubmit' });
    const former = await prowJob('nightly', 9);
    const removed = await prowJob('forgotten', 30);
    await prowJob('unit', 6, { type: 'presubmit' });
    await prowJob('slow', 30, { type: 'postsubmit', running: true });
    const latest = await prowJob('nightly', 8);

    const swept = await run(() => activities.sweepProwJobs(request));

    expect(swept).toEqual({ existing: 6, removed: { aged: 1, 'aged-periodic': 2 }, errors: {} });
    expect(deleted).toEqual([old, former, removed]);
    expect(deleted).not.toContain(latest);
    expect(await records()).toHaveLength(3);
  });

  test('if the latest run of a periodic still runs, older ones can go', async () => {
    const former = await prowJob('nightly', 9);
    await prowJob('nightly', 8, { running: true });

    await run(() => activities.sweepProwJobs(request));

    expect(deleted).toEqual([former]);
  });

  test('failures are counted and do not stop the pass', async () => {
    const stuck = await prowJob('unit', 8, { type: 'presubmit' });
    const other = await prowJob('unit', 9, { type: 'presubmit' });
    failures.set(stuck, new Error('no'));

    expect(await run(() => activities.sweepProwJobs(request))).toMatchObject({
      removed: { aged: 1 },
      errors: { Unknown: 1 },
    });
    expect(deleted).toEqual([other]);
  });

  test('records in buckets stay for the rules of the bucket', async () => {
    const old = await prowJob('unit', 8, { type: 'presubmit' });
    const [summary] = summaries;
    const key = `s3:results/logs/unit/${summary?.buildId}/prowjob.json`;
    await blobs.put(key, '{}');
    if (summary?.memo) summary.memo.dir = 's3:results/logs/unit';

    await run(() => activities.sweepProwJobs(request));

    expect(deleted).toEqual([old]);
    expect(await blobs.get(key)).toBeDefined();
  });

  test('a dry run removes nothing', async () => {
    await prowJob('unit', 8, { type: 'presubmit' });

    expect(await run(() => activities.sweepProwJobs({ ...request, dryRun: true }))).toMatchObject({
      removed: { aged: 1 },
    });
    expect(deleted).toEqual([]);
    expect(await records()).toHaveLength(1);
  });
});

describe('records whose execution is gone', () => {
  const left = { listed: false } as const;

  test('old ones go, and the latest of each configured periodic stays', async () => {
    await prowJob('unit', 20, { ...left, type: 'postsubmit' });
    await prowJob('forgotten', 20, left);
    await prowJob('nightly', 22, left);
    await prowJob('nightly', 20, { ...left, buildId: 'kept' });
    await prowJob('nightly', 21, left);

    const swept = await run(() => activities.sweepRecords(request));

    expect(swept).toMatchObject({ existing: 5, removed: { aged: 1, 'aged-periodic': 3 }, errors: {} });
    expect(await records()).toEqual(['b/logs/nightly/kept/prowjob.json']);
  });

  test('the former latest goes when there is a newer run', async () => {
    await prowJob('nightly', 20, left);
    await prowJob('nightly', 1, { running: true });

    expect((await run(() => activities.sweepRecords(request))).removed).toEqual({ 'aged-periodic': 1 });
  });

  test('a record that says "pending" goes only if no workflow goes on with it', async () => {
    await prowJob('unit', 20, { ...left, type: 'postsubmit', complete: false });
    await prowJob('unit', 19, { type: 'postsubmit', running: true });

    expect((await run(() => activities.sweepRecords(request))).removed).toEqual({ aged: 1 });
    expect(await records()).toHaveLength(1);
  });

  test('young records are not even read', async () => {
    await prowJob('unit', 20, { ...left, type: 'postsubmit' });

    const swept = await run(() => activities.sweepRecords({ ...request, nowMs: now + 6 * day }));

    expect(swept.removed).toEqual({});
  });

  test.each([
    ['no JSON', 'b/logs/j/7/prowjob.json', 'x'],
    ['JSON of another kind', 'b/logs/j/7/prowjob.json', '[]'],
    ['null', 'b/logs/j/7/prowjob.json', 'null'],
    [
      'an artifact',
      'b/logs/j/7/artifacts/prowjob.json',
      JSON.stringify({ kind: 'ProwJob', status: { build_id: '7' } }),
    ],
    ['without a time', 'b/logs/j/7/prowjob.json', JSON.stringify({ kind: 'ProwJob', status: { build_id: '7' } })],
    [
      'without a name',
      'b/logs/j/7/prowjob.json',
      JSON.stringify({ kind: 'ProwJob', status: { build_id: '7', startTime: '2020-01-01T00:00:00Z' } }),
    ],
    ['another file', 'b/logs/j/7/finished.json', '{}'],
  ])('what is no record stays: %s', async (_name, key, content) => {
    await blobs.put(key, content);

    expect(await run(() => activities.sweepRecords(request))).toMatchObject({ existing: 1, removed: {}, errors: {} });
    expect(await records()).toEqual([key]);
  });

  test('a dry run removes nothing', async () => {
    await prowJob('unit', 20, { ...left, type: 'postsubmit' });

    expect((await run(() => activities.sweepRecords({ ...request, dryRun: true }))).removed).toEqual({ aged: 1 });
    expect(await records()).toHaveLength(1);
  });
});

describe('events of code hosts', () => {
  const stored = async () => {
    const keys: string[] = [];
    for await (const { key } of blobs.list('bowsprit-events/')) keys.push(key);
    return keys;
  };
  const sweep = async (days: number, dryRun = false) =>
    (await run(() => activities.sweepRecords({ ...request, nowMs: now + days * day, dryRun }))).events;
  beforeEach(async () => {
    await blobs.put('bowsprit-events/github/2026-11-23/1-payload.json', '{}');
    await blobs.put('bowsprit-events-of-others/1', '{}');
  });

  test('go when they are fourteen days old', async () => {
    expect(await sweep(13.9)).toEqual({ existing: 1, removed: {}, errors: {} });
    expect(await stored()).toHaveLength(1);

    expect(await sweep(14.1)).toEqual({ existing: 1, removed: { aged: 1 }, errors: {} });
    expect(await stored()).toEqual([]);
    expect(await blobs.get('bowsprit-events-of-others/1')).toBeDefined();
  });

  test('stay in a dry run', async () => {
    expect(await sweep(30, true)).toMatchObject({ removed: { aged: 1 } });
    expect(await stored()).toHaveLength(1);
  });

  test('in a bucket stay for its own rules', async () => {
    const inBucket = createSinkerActivities({ ...deps, eventsFolder: 's3:events' });
    await blobs.put('s3:events/old', '{}');

    const swept = await run(() => inBucket.sweepRecords({ ...request, nowMs: now + 30 * day }));

    expect(swept).not.toHaveProperty('events');
    expect(await blobs.get('s3:events/old')).toBeDefined();
  });
});
