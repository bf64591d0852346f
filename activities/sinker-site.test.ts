import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ProwJobSummary } from '../clients/temporal/api.ts';
import type { PodFacts } from '../domain/plank/pod-facts.ts';
import type { Swept } from '../domain/sinker/pass.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createFakeClusterPods } from '../test/fakes/cluster-pods.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { createSinkerSiteActivities } from './sinker-site.ts';

const minute = 60_000;
const hour = 60 * minute;
const request = { maxPodAgeMs: 24 * hour, terminatedPodTtlMs: 30 * minute, dryRun: false };
const finalizer = 'prow.x-k8s.io/gcsk8sreporter';
const ago = (ms: number) => new Date(Date.now() - ms);

function pod(name: string, startedMs: number, finalizers: string[] = []): PodFacts {
  const time = ago(startedMs).toISOString();
  return { metadata: { name, uid: `uid-${name}`, creationTimestamp: time, finalizers }, status: { startTime: time } };
}

function summary(name: string, over: Partial<ProwJobSummary>): ProwJobSummary {
  const base: ProwJobSummary = {
    name,
    workflowId: `job:${name}`,
    executionStatus: 'COMPLETED',
    startTime: ago(2 * hour),
    closeTime: ago(hour),
    job: 'j',
    type: 'periodic',
    state: 'success',
    pulls: [],
  };
  return { ...base, ...over };
}

function world(summaries: ProwJobSummary[], pods: PodFacts[]) {
  const cluster = createFakeClusterPods('build', pods);
  const lookUps: number[] = [];
  /** Under another run id. */
  const goesOn = new Set<string>();
  const blobs = createMemoryBlobs();
  const activities = createSinkerSiteActivities({
    executions: {
      async lookUp(names) {
        lookUps.push(names.length);
        return new Map(summaries.filter(({ name }) => names.includes(name)).map((each) => [each.name, each]));
      },
      isOpen: async (name) => goesOn.has(name),
    },
    blobs,
    pods: cluster,
    logger: createLogger({ component: 'test', level: 'error' }),
  });
  const sweep = (over: Partial<typeof request> = {}) =>
    new MockActivityEnvironment().run<[], Swept, () => Promise<Swept>>(() =>
      activities.sweepPods({ ...request, ...over }),
    );
  return { cluster, blobs, lookUps, goesOn, sweep };
}

test('pods of complete and unknown ProwJobs go, those of running ones stay (spec lines 66 and 67)', async () => {
  const [running, done, gone] = ['running', 'done', 'gone'];
  const { cluster, sweep } = world(
    [summary(running, { executionStatus: 'RUNNING', state: 'pending' }), summary(done, {})],
    [pod(running, 30 * 24 * hour), pod(done, 2 * hour), pod(gone, minute, [finalizer])],
  );

  expect(await sweep()).toEqual({ existing: 3, removed: { ttled: 1, orphaned: 1 }, errors: {} });
  expect(cluster.names()).toEqual([running]);
  expect(cluster.stripped).toEqual([`${gone} ${finalizer}`]);
});

test('a dry run touches nothing and counts the same', async () => {
  const { cluster, sweep } = world([], [pod('gone', minute, [finalizer])]);

  expect(await sweep({ dryRun: true })).toEqual({ existing: 1, removed: { orphaned: 1 }, errors: {} });
  expect(cluster.names()).toEqual(['gone']);
  expect(cluster.stripped).toEqual([]);
});

test('a deletion that fails is counted by its reason and does not stop the others', async () => {
  const { cluster, sweep } = world([], [pod('a', minute), pod('b', minute)]);
  cluster.failures.set('a', Object.assign(new Error('no'), { reason: 'Forbidden' }));

  expect(await sweep()).toEqual({ existing: 2, removed: { orphaned: 1 }, errors: { Forbidden: 1 } });
  expect(cluster.names()).toEqual(['a']);
});

test('owners are looked up a hundred at a time', async () => {
  const { lookUps, sweep } = world(
    [],
    Array.from({ length: 250 }, () => pod(randomUUID(), 1_000)),
  );

  expect(await sweep()).toEqual({ existing: 250, removed: {}, errors: {} });
  expect(lookUps).toEqual([100, 100, 50]);
});

test('a periodic that waits for its retry is complete when its record says so', async () => {
  const memo = { v: 1, job: 'j', type: 'periodic', dir: 'b/logs/j', namespace: 'n', executor: 'kubernetes' } as const;
  const waiting = summary('waiting', { executionStatus: 'RUNNING', state: 'failure', buildId: '7', memo });
  const { blobs, cluster, sweep } = world([waiting], [pod('waiting', 2 * hour)]);

  expect((await sweep()).removed).toEqual({});
  await blobs.put('b/logs/j/7/prowjob.json', JSON.stringify({ status: { completionTime: ago(hour).toISOString() } }));
  expect((await sweep()).removed).toEqual({ ttled: 1 });
  expect(cluster.names()).toEqual([]);
});

test('the pod of a ProwJob that was reset stays as long as it goes on', async () => {
  const reset = summary('reset', { executionStatus: 'TERMINATED' });
  const { cluster, goesOn, sweep } = world([reset], [pod('reset', 2 * hour, [finalizer])]);
  goesOn.add('reset');

  expect((await sweep()).removed).toEqual({});
  expect(cluster.stripped).toEqual([]);
  goesOn.clear();
  expect((await sweep()).removed).toEqual({ ttled: 1 });
});

test("ages are counted by the cluster's clock", async () => {
  const { cluster, sweep } = world([], [pod('young', 1_000)]);
  cluster.nowMs = () => Date.now() - hour;
  expect((await sweep()).removed).toEqual({});
  cluster.nowMs = () => Date.now() + hour;
  expect((await sweep()).removed).toEqual({ orphaned: 1 });
});
