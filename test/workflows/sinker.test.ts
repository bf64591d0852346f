import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { SinkerActivities, SinkerPlan, SweepRequest } from '../../activities/sinker.ts';
import type { SinkerSiteActivities } from '../../activities/sinker-site.ts';
import { emptySwept, type SinkerInput, type SinkerResult } from '../../domain/sinker/pass.ts';
import { taskQueues, workflowTypes } from '../../domain/wire.ts';
import type { sinker } from '../../workflows/sinker.ts';
import { createTestEnvironment, type TestEnvironment } from '../harness/time-skipping.ts';

const dayMs = 86_400_000;

let env: TestEnvironment;

beforeAll(async () => {
  env = await createTestEnvironment();
}, 60_000);

afterAll(async () => {
  await env?.teardown();
});

interface World {
  plan: SinkerPlan;
  /** Parts in the order in which they were done, with whether nothing was to be removed. */
  done: string[];
  requests: SweepRequest[];
  folders: number[];
  reported: SinkerResult[];
  /** Parts that fail for good. */
  broken: string[];
}

function world(over: Partial<World> = {}): World {
  const plan: SinkerPlan = {
    dryRun: false,
    maxProwJobAgeMs: 7 * dayMs,
    maxPodAgeMs: dayMs,
    terminatedPodTtlMs: dayMs,
    clusters: [],
    runFolders: true,
  };
  return { plan, done: [], requests: [], folders: [], reported: [], broken: [], ...over };
}

function activities(at: World) {
  const part = (name: string, dryRun: boolean) => {
    if (at.broken.includes(name)) throw ApplicationFailure.nonRetryable(`${name} is away`);
    at.done.push(dryRun ? `${name}?` : name);
  };
  const admin: SinkerActivities = {
    planSinker: async () => at.plan,
    async sweepProwJobs(request) {
      part('prowjobs', request.dryRun);
      at.requests.push(request);
      return { existing: 5, removed: { aged: 2 }, errors: {} };
    },
    async sweepRecords({ dryRun }) {
      part('records', dryRun);
      return emptySwept();
    },
    async reportPass(result) {
      at.reported.push(result);
    },
  };
  const site = (name: string): SinkerSiteActivities => ({
    async sweepPods({ dryRun }) {
      part(name, dryRun);
      return { existing: 3, removed: { aged: 1 }, errors: {} };
    },
    async sweepRunFolders({ endedBeforeMs, dryRun }) {
      part('folders', dryRun);
      at.folders.push(endedBeforeMs);
      return 4;
    },
  });
  return {
    [taskQueues.admin]: admin,
    [taskQueues.runs('local')]: site('local'),
    [taskQueues.runs('default')]: site('default'),
    [taskQueues.runs('far')]: site('far'),
  };
}

async function pass(at: World, input: Partial<SinkerInput> = {}): Promise<SinkerResult> {
  return await env.withWorkers(activities(at), async () => {
    const handle = await env.client.workflow.start<typeof sinker>(workflowTypes.sinker, {
      workflowId: `sinker-${randomUUID()}`,
      taskQueue: taskQueues.actors,
      args: [{ v: 1, ...input }],
    });
    return await handle.result();
  });
}

test('pods of each cluster and folders first, then ProwJobs, then records; all in one report', async () => {
  const at = world();
  at.plan.clusters = ['default', 'far'];

  const result = await pass(at);

  expect(at.done.slice(0, 3).toSorted()).toEqual(['default', 'far', 'folders']);
  expect(at.done.slice(3)).toEqual(['prowjobs', 'records']);
  expect(result).toMatchObject({
    dryRun: false,
    pods: { existing: 6, removed: { aged: 2 } },
    prowJobs: { existing: 5, removed: { aged: 2 } },
    records: emptySwept(),
    recordsAt: result.at,
    runFolders: 4,
    failed: [],
  });
  expect(at.reported).toEqual([result]);
  expect(at.requests[0]?.nowMs).toBe(Date.parse(result.at));
});

test.each([
  ['of the installation', { dryRun: true }, {}],
  ['of this pass', {}, { dryRun: true }],
])('a dry run %s reaches every part', async (_name, plan, input) => {
  const at = world();
  Object.assign(at.plan, { clusters: ['default'] }, plan);

  const result = await pass(at, input);

  expect(at.done.toSorted()).toEqual(['default?', 'folders?', 'prowjobs?', 'records?']);
  expect(result.dryRun).toBe(true);
  expect(result.recordsAt).toBeUndefined();
});

test('a part that fails is told and does not stop the others', async () => {
  const at = world({ broken: ['far', 'prowjobs'] });
  at.plan.clusters = ['default', 'far'];

  const result = await pass(at);

  expect(at.done.toSorted()).toEqual(['default', 'folders', 'records']);
  expect(result.failed).toEqual([
    { part: 'pods of far', reason: 'far is away' },
    { part: 'ProwJobs', reason: 'prowjobs is away' },
  ]);
  expect(result.pods).toEqual({ existing: 3, removed: { aged: 1 }, errors: {} });
});

test('folders of runs stay three days, however short the configured age is', async () => {
  const at = world();
  at.plan.maxProwJobAgeMs = 60_000;

  const result = await pass(at);

  expect(at.folders).toEqual([Date.parse(result.at) - 3 * dayMs]);
});

test('installations whose runs leave no folders are not asked for them', async () => {
  const at = world();
  at.plan.runFolders = false;

  expect((await pass(at)).runFolders).toBe(0);
  expect(at.done).toEqual(['prowjobs', 'records']);
});
