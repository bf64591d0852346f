/** The sweep of pods on a real API server (spec jobs.md 7 step 4, lines 65 to 67), with executions of a real Temporal server. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createSinkerActivities } from '../../activities/sinker.ts';
import { createSinkerSiteActivities } from '../../activities/sinker-site.ts';
import { createBuildCluster, type BuildCluster } from '../../clients/kubernetes/build-cluster.ts';
import { createClusterPods } from '../../clients/kubernetes/cluster-pods.ts';
import { loadKubeconfigs } from '../../clients/kubernetes/kubeconfigs.ts';
import { createExecutions, type Executions } from '../../clients/temporal/executions.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import { memoKey } from '../../domain/prowjob-memo.ts';
import { startAttributes, startMemo } from '../../domain/prowjob-start.ts';
import type { SinkerInput, SinkerResult } from '../../domain/sinker/pass.ts';
import { taskQueues, workflowTypes } from '../../domain/wire.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { attributePairs, buildIdKey } from '../../workflows/search-attributes.ts';
import { createMemoryBlobs } from '../fakes/memory-blobs.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { startTestApiServer, type TestApiServer } from '../harness/cluster.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts';
import { createKubeClient, type KubeClient } from '../harness/kube-client.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';
import { workflowBundle } from '../harness/workflow-bundle.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const finalizer = 'prow.x-k8s.io/gcsk8sreporter';
const logger = createLogger({ component: 'test', level: 'error' });

let server: TestApiServer;
let proxy: FaultProxy;
let client: KubeClient;
let env: TestWorkflowEnvironment;
let executions: Executions;
let clusters: BuildCluster[] = [];
let workers: Worker[] = [];
let polling: Promise<unknown>;
const passes: SinkerResult[] = [];

const config = {
  main: {
    plank: { default_decoration_config_entries: [] },
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
  periodics: [],
} as unknown as LoadedConfig;

/** Each build cluster is a namespace here. */
const namespaces = { default: 'default', spared: 'spared' } as const;

beforeAll(async () => {
  watchTaskFailures();
  server = await startTestApiServer();
  proxy = await startFaultProxy(server.kubeconfig);
  client = await createKubeClient(server.kubeconfig);
  await client.ask('POST', '/api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaces.spared } },
  });
  env = await startDevServer();
  await registerSearchAttributes(env.connection, 'default');
  executions = createExecutions(env.client);
  const [kubeConfig] = loadKubeconfigs({ files: [proxy.kubeconfig], noInClusterConfig: true, env: {} }).values();
  if (!kubeConfig) throw new Error('The kubeconfig has no context.');
  clusters = Object.entries(namespaces).map(([name, namespace]) =>
    createBuildCluster({ name, namespace, kubeConfig, logger }),
  );
  const blobs = createMemoryBlobs();
  const admin = createSinkerActivities({
    executions,
    blobs,
    isRemovable: () => true,
    eventsFolder: 'bowsprit-events',
    config: () => config,
    clusters: () => Object.keys(namespaces),
    dryRun: false,
    runFolders: false,
    onPass: (result) => void passes.push(result),
    logger,
  });
  const workflowBundled = await workflowBundle();
  workers = await Promise.all([
    Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.actors, workflowBundle: workflowBundled }),
    Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.admin, activities: { ...admin } }),
    ...clusters.map((cluster) =>
      Worker.create({
        connection: env.nativeConnection,
        taskQueue: taskQueues.runs(cluster.name),
        activities: { ...createSinkerSiteActivities({ executions, blobs, pods: createClusterPods(cluster), logger }) },
      }),
    ),
  ]);
  polling = Promise.all(workers.map((worker) => worker.run()));
}, 300_000);

beforeEach(async () => {
  proxy.forget();
  // Nothing is left of the test before.
  for (const namespace of Object.values(namespaces)) {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const { body } = await client.ask<{ items: { metadata: { name: string } }[] }>('GET', path);
    for (const { metadata } of body.items) {
      await patch(`${path}/${metadata.name}`, { metadata: { finalizers: null } });
      await client.ask('DELETE', `${path}/${metadata.name}?gracePeriodSeconds=0`);
    }
  }
});

afterEach(() => {
  if (proxy) proxy.faults = {};
});

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
  for (const cluster of clusters) cluster.close();
  await env?.teardown();
  client?.close();
  await proxy?.stop();
  await server?.stop();
});

const patch = (path: string, body: object) =>
  client.ask('PATCH', path, { contentType: 'application/merge-patch+json', body });

interface PodParts {
  /** Since when its kubelet has it; ms before now. */
  startedAgoMs?: number;
  phase?: 'Running' | 'Succeeded';
  finalizers?: string[];
  labels?: Record<string, string>;
  namespace?: string;
}

async function makePod(name: string, parts: PodParts = {}): Promise<void> {
  const { startedAgoMs, phase = 'Succeeded', finalizers = [], namespace = 'default' } = parts;
  const labels = { 'created-by-prow': 'true', 'prow.k8s.io/id': name, ...parts.labels };
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const spec = { containers: [{ name: 'test', image: 'alpine' }] };
  const { status } = await client.ask('POST', path, {
    body: { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels, finalizers }, spec },
  });
  expect(status).toBe(201);
  if (startedAgoMs === undefined) return;
  const startTime = new Date(Date.now() - startedAgoMs).toISOString().replace(/\.\d+Z$/, 'Z');
  await patch(`${path}/${name}/status`, { status: { phase, startTime } });
}

async function podNames(namespace = 'default'): Promise<string[]> {
  const { body } = await client.ask<{ items: { metadata: { name: string } }[] }>(
    'GET',
    `/api/v1/namespaces/${namespace}/pods`,
  );
  return body.items.map(({ metadata }) => metadata.name).toSorted();
}

/** A ProwJob that goes on, or has ended just now. */
async function prowJob(isComplete: boolean): Promise<string> {
  const input = prowJobInput();
  const handle = await env.client.workflow.start(workflowTypes.prowJob, {
    workflowId: `job:${randomUUID()}`,
    taskQueue: taskQueues.jobs,
    args: [input],
    memo: { [memoKey]: startMemo(input) },
    typedSearchAttributes: [...attributePairs(startAttributes(input)), { key: buildIdKey, value: '1' }],
  });
  const name = handle.firstExecutionRunId;
  if (isComplete) await handle.terminate();
  const isListed = async () => {
    const summary = (await executions.lookUp([name])).get(name);
    return summary !== undefined && (summary.executionStatus !== 'RUNNING') === isComplete;
  };
  await eventually(isListed, 'the ProwJob is listed as it is');
  return name;
}

async function pass(input: Partial<SinkerInput> = {}): Promise<SinkerResult> {
  return await env.client.workflow.execute<(input: SinkerInput) => Promise<SinkerResult>>(workflowTypes.sinker, {
    workflowId: `sinker-${randomUUID()}`,
    taskQueue: taskQueues.actors,
    args: [{ v: 1, ...input }],
  });
}

/** All clocks of the cluster go forward. */
const later = (ms: number) => (proxy.faults = { dateSkewMs: ms });

test('66: the pod of an incomplete ProwJob stays, however old it is and whatever its phase', async () => {
  const running = await prowJob(false);
  await makePod(running, { startedAgoMs: 30 * day, phase: 'Running', finalizers: [finalizer] });
  const ended = await prowJob(false);
  await makePod(ended, { startedAgoMs: 30 * day, phase: 'Succeeded' });

  expect(await pass()).toMatchObject({ pods: { existing: 2, removed: {}, errors: {} }, failed: [] });

  expect(await podNames()).toEqual([running, ended].toSorted());
});

test('67: the pod of a complete ProwJob goes after terminated_pod_ttl as ttled, after max_pod_age as aged', async () => {
  const [young, old] = [await prowJob(true), await prowJob(true)];
  await makePod(young, { startedAgoMs: minute });
  await makePod(old, { startedAgoMs: 25 * hour });

  expect((await pass()).pods).toEqual({ existing: 2, removed: { aged: 1 }, errors: {} });
  expect(await podNames()).toEqual([young]);
  later(29 * minute);
  expect((await pass()).pods).toMatchObject({ existing: 1, removed: {} });
  later(31 * minute);
  expect((await pass()).pods).toEqual({ existing: 1, removed: { ttled: 1 }, errors: {} });
  expect(await podNames()).toEqual([]);
});

test('67: a pod without ProwJob goes when it is older than 30 s, whatever its phase', async () => {
  const [gone, label] = [randomUUID(), randomUUID()];
  await makePod(gone, { startedAgoMs: 1_000, phase: 'Running' });
  await makePod('named-otherwise', { labels: { 'prow.k8s.io/id': label } });
  // Not ours.
  await makePod('foreign', { labels: { 'created-by-prow': 'false' } });

  later(-20 * second);
  expect((await pass()).pods).toEqual({ existing: 2, removed: {}, errors: {} });
  later(33 * second);
  expect((await pass()).pods).toEqual({ existing: 2, removed: { orphaned: 2 }, errors: {} });
  expect(await podNames()).toEqual(['foreign']);
});

test("the reporter's finalizer is taken off orphans and pods of complete ProwJobs, and no other", async () => {
  const complete = await prowJob(true);
  const running = await prowJob(false);
  const orphan = randomUUID();
  await makePod(orphan, { finalizers: [finalizer] });
  await makePod(complete, { startedAgoMs: minute, finalizers: [finalizer, 'example.test/own'] });
  await makePod(running, { startedAgoMs: minute, finalizers: [finalizer] });

  later(33 * second);
  expect((await pass()).pods).toMatchObject({ removed: { orphaned: 1 }, errors: {} });

  expect(await podNames()).toEqual([complete, running].toSorted());
  const finalizersOf = async (name: string) => {
    const { body } = await client.ask<{ metadata: { finalizers?: string[] } }>(
      'GET',
      `/api/v1/namespaces/default/pods/${name}`,
    );
    return body.metadata.finalizers;
  };
  expect(await finalizersOf(complete)).toEqual(['example.test/own']);
  expect(await finalizersOf(running)).toEqual([finalizer]);
});

test('an excluded cluster is left alone', async () => {
  const [ours, theirs] = [randomUUID(), randomUUID()];
  await makePod(ours);
  await makePod(theirs, { namespace: namespaces.spared });

  later(hour);
  expect(await pass()).toMatchObject({ pods: { existing: 1, removed: { orphaned: 1 } }, failed: [] });

  expect(await podNames()).toEqual([]);
  expect(await podNames(namespaces.spared)).toEqual([theirs]);
});

test('a dry run says the same and changes nothing', async () => {
  const complete = await prowJob(true);
  await makePod(complete, { startedAgoMs: 25 * hour, finalizers: [finalizer] });
  await makePod(randomUUID());
  later(hour);

  const trial = await pass({ dryRun: true });

  expect(trial).toMatchObject({ dryRun: true, pods: { existing: 2, removed: { aged: 1, orphaned: 1 }, errors: {} } });
  expect(passes.at(-1)).toEqual(trial);
  expect([...proxy.requests().keys()]).toEqual(['list pods']);
  expect((await pass()).pods).toEqual(trial.pods);
  expect(await podNames()).toEqual([]);
});

test('a deletion that fails is counted by its reason, and the others go on', async () => {
  for (const _ of [1, 2, 3]) await makePod(randomUUID());
  proxy.faults = { dateSkewMs: hour, answer: { status: 403, times: 1, method: 'DELETE' } };

  const { pods } = await pass();

  expect(pods).toMatchObject({ existing: 3, removed: { orphaned: 2 } });
  expect(Object.values(pods.errors)).toEqual([1]);
  expect(await podNames()).toHaveLength(1);
});
