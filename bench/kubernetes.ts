/**
 * ProwJobs as pods of a real kube-apiserver, whose pods a stand-in kubelet takes: throughput beside Temporal's own, the way to
 * the pod on an idle system, and thousands of pods that run at once through the death of their worker.
 *
 * The API server, etcd, the kubelet and Temporal share the machine with what is measured. Needs Go for the API server, once.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { createJobActivities } from '../activities/jobs.ts';
import { createLocalBlobStore } from '../clients/blobs/local.ts';
import { loadForRunning } from '../config/load.ts';
import { ids, workflowTypes } from '../domain/wire.ts';
import { inputForPeriodic } from '../rules/prowjob-input.ts';
import { ClusterError } from '../scripts/cluster/cluster-error.ts';
import { clusterDown, clusterUp } from '../scripts/cluster/up.ts';
import { createKubeClient, type KubeClient } from '../test/harness/kube-client.ts';
import { startStandInKubelet, type StandInKubelet } from '../test/harness/stand-in-kubelet.ts';
import { freePort } from '../workers/free-port.ts';
import { startFloor, startFloorWorker, startLocalFloor } from './floor/start.ts';
import { inBatches, timeOf } from './harness/batches.ts';
import { SkippedError, type Benchmark, type BenchOptions } from './harness/benchmark.ts';
import type { BenchChild } from './harness/child.ts';
import { cpuSecondsOfAll } from './harness/cpu-time.ts';
import { writeConfig } from './harness/plain-jobs.ts';
import { megabytes, pss } from './harness/pss.ts';
import type { Scope } from './harness/scope.ts';
import { benchSettings } from './harness/settings.ts';
import { mean, median, percentile } from './harness/statistics.ts';
import { atLeast, atMost, plain, type Row } from './harness/table.ts';
import { startTemporalServer, type BenchServer } from './harness/temporal-server.ts';
import { waitFor } from './harness/wait-for.ts';
import { startWorkerWith, type WorkerConfig } from './harness/worker.ts';

const full = { atOnce: 500, rounds: 3, idle: 40, waiting: 2_000, watchedSeconds: 60 };
const quickly = { atOnce: 60, rounds: 1, idle: 8, waiting: 100, watchedSeconds: 10 };
const namespace = 'test-pods';

/** Everything that takes part, on ports of its own. */
interface Stage {
  server: BenchServer;
  kubelet: StandInKubelet;
  kube: KubeClient;
  worker: BenchChild;
  /** Starts the pods worker again, with the same data. */
  startWorker: () => Promise<BenchChild>;
  /** Starts a ProwJob as its Schedule would; resolves with the workflow's id. */
  startJob: () => Promise<string>;
  /** SDK metrics of the worker, in Prometheus' text. */
  metrics: () => Promise<string>;
}

export const kubernetes: Benchmark = {
  name: 'kubernetes',
  title: 'kubernetes: ProwJobs as pods of a real kube-apiserver with a stand-in kubelet',
  async run(options, scope) {
    const load = options.quick ? quickly : full;
    const stage = await setStage(options, scope);
    const throughput = await measureThroughput(stage, scope, load, options.say);
    const idle = await measureIdle(stage, load.idle);
    const waiting = await measureWaiting(stage, load, options.say);
    return { rows: [...throughput, ...idle, ...waiting] };
  },
};

async function setStage({ temporalCli, say }: BenchOptions, scope: Scope): Promise<Stage> {
  const folder = scope.folder();
  scope.defer(async () => await clusterDown(folder));
  const kubeconfig = await clusterUp(folder, { apiOnly: true, say }).catch((error: unknown) => {
    throw error instanceof ClusterError ? new SkippedError(error.message) : error;
  });
  const kube = await createKubeClient(kubeconfig);
  scope.defer(() => kube.close());
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await kube.ask('POST', '/api/v1/namespaces', { body });
  const kubelet = await startStandInKubelet(kubeconfig);
  scope.defer(async () => await kubelet.stop());
  const server = await startTemporalServer(scope, temporalCli, 'memory');
  const config = writeConfig(scope);
  const telemetryPort = await freePort();
  const settings = benchSettings({
    executor: 'kubernetes',
    kubeconfig: [kubeconfig],
    dataDir: scope.folder(),
    temporalAddress: server.address,
    telemetryPort,
    configPath: config.configPath,
    jobConfigPath: [config.jobConfigPath],
  });
  const start = async () => await startWorkerWith(scope, settings);
  return {
    server,
    kubelet,
    kube,
    worker: await start(),
    startWorker: start,
    startJob: await createStarter(scope, server.client, config),
    metrics: async () => await (await fetch(`http://127.0.0.1:${telemetryPort}/metrics`)).text(),
  };
}

async function createStarter(scope: Scope, client: Client, paths: WorkerConfig): Promise<() => Promise<string>> {
  const config = await loadForRunning({ configPath: paths.configPath, jobConfigPaths: [paths.jobConfigPath] });
  const [periodic] = config.periodics;
  if (!periodic) throw new Error('The configuration has no periodic.');
  const settings = { executor: 'kubernetes', clusters: ['default'] } as const;
  const input = inputForPeriodic(periodic, config, settings);
  const blobs = createLocalBlobStore(scope.folder());
  const jobs = createJobActivities({ client, blobs, settings, config: () => config });
  return async () => (await jobs.startProwJob({ workflowId: ids.prowJob(randomUUID()), input })).workflowId;
}

/** Floors and product take turns, so that a disturbance of the machine meets both. */
async function measureThroughput(
  { server, kube, kubelet, worker, startJob }: Stage,
  scope: Scope,
  { atOnce, rounds }: typeof full,
  say: (line: string) => void,
): Promise<Row[]> {
  const { client } = server;
  const floorWorker = await startFloorWorker(scope, server);
  const half = atOnce / 2;
  const used = async () => await cpuSecondsOfAll([server.pid, floorWorker.pid, worker.pid]);
  const measure = async (start: () => Promise<string>, count: number) => {
    const before = await used();
    const rate = count / (await runAll(client, start, count));
    return { rate, cpuMs: ((await used()) - before) * (1_000 / count) };
  };
  const floor = async () => await measure(async () => await startFloor(client), half);
  const localFloor = async () => await measure(async () => await startLocalFloor(client), half);
  for (const start of [startFloor, startLocalFloor]) await runAll(client, async () => await start(client), 40);
  await runAll(client, startJob, 40);
  const floors = [await floor()];
  const locals: typeof floors = [];
  const jobs: typeof floors = [];
  for (let round = 1; round <= rounds; round++) {
    locals.push(await localFloor());
    jobs.push(await measure(startJob, atOnce));
    floors.push(await floor());
    say(`${atOnce} ProwJobs have ended, round ${round} of ${rounds}`);
  }
  await floorWorker.stop();
  const podRate = atOnce / (await runBarePods(kube, kubelet, atOnce));
  const medianRate = (all: typeof floors) => median(all.map((one) => one.rate));
  const medianCpuMs = (all: typeof floors) => median(all.map(({ cpuMs }) => cpuMs));
  const [floorRate, rate] = [medianRate(floors), medianRate(jobs)];
  /** Beside the floor before and the floor after them. */
  const shares = jobs.map((one, index) => one.rate / mean(floors.slice(index, index + 2).map((each) => each.rate)));
  // Both work on the same two cores: a job takes the time of a workflow and the time of a pod.
  const both = 1 / (1 / floorRate + 1 / podRate);
  return [
    plain('bare workflows of three activities, median', floorRate, '/s', 1),
    plain('bare workflows whose third activity is a local one, median', medianRate(locals), '/s', 1),
    plain('bare pods, created and run by the stand-in kubelet', podRate, '/s', 1),
    plain('what the first and the third leave to one after the other', both, '/s', 1),
    atLeast(`ProwJobs, ${atOnce} at once, from start to recorded success, median`, rate, 25, '/s', 1),
    atLeast('share of the floor of bare workflows, median', median(shares), 0.6, '', 2),
    plain('share of what both leave', rate / both, '', 2),
    plain('processor time of server and worker, each bare workflow', medianCpuMs(floors), 'ms', 1),
    plain('processor time of server and worker, each ProwJob', medianCpuMs(jobs), 'ms', 1),
  ];
}

/** Seconds from the first pod until the last has ended: what API server, etcd and kubelet take by themselves. */
async function runBarePods(kube: KubeClient, kubelet: StandInKubelet, count: number): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const before = kubelet.ended();
  return await timeOf(async () => {
    await inBatches(count, async () => {
      const metadata = { name: `bare-${randomUUID()}` };
      const spec = { restartPolicy: 'Never', containers: [{ name: 'test', image: 'alpine', command: ['/bin/true'] }] };
      await kube.ask('POST', path, { body: { apiVersion: 'v1', kind: 'Pod', metadata, spec } });
    });
    await waitFor('all bare pods have ended', 300, () => Promise.resolve(kubelet.ended() - before >= count), 10);
  });
}

/** Seconds from the first start until the last has ended. */
async function runAll(client: Client, start: () => Promise<string>, count: number): Promise<number> {
  return await timeOf(async () => {
    const started = await inBatches(count, start);
    await Promise.all(started.map(async (workflowId) => await client.workflow.getHandle(workflowId).result()));
  });
}

/** One job at a time, until the API server tells of its pod. */
async function measureIdle({ kube, server, startJob }: Stage, count: number): Promise<Row[]> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const stop = new AbortController();
  let appeared: () => void = () => undefined;
  const list = await kube.ask<{ metadata: { resourceVersion: string } }>('GET', path);
  const from = `${path}?watch=1&resourceVersion=${list.body.metadata.resourceVersion}`;
  const watching = (async () => {
    for await (const { type } of kube.watch<{ type: string }>(from, stop.signal)) if (type === 'ADDED') appeared();
  })();
  const milliseconds: number[] = [];
  for (let round = 0; round < count; round++) {
    const pod = new Promise<void>((resolve) => (appeared = resolve));
    const started = performance.now();
    const workflowId = await startJob();
    await pod;
    milliseconds.push(performance.now() - started);
    await server.client.workflow.getHandle(workflowId).result();
  }
  stop.abort();
  await watching;
  return [
    atMost('idle: from the start of the workflow to its pod, median', percentile(milliseconds, 0.5), 60, 'ms'),
    plain('idle: the same, 95th percentile', percentile(milliseconds, 0.95), 'ms'),
  ];
}

async function measureWaiting(stage: Stage, load: typeof full, say: (line: string) => void): Promise<Row[]> {
  const { client } = stage.server;
  const { kubelet, metrics } = stage;
  const { waiting, watchedSeconds } = load;
  const before = await count(client, 'Completed');
  const emptyBytes = await pss(stage.worker.pid);
  kubelet.runFor(-1);
  const seconds = await timeOf(async () => {
    await inBatches(waiting, stage.startJob);
    await waitFor(`${waiting} pods run`, 600, () => Promise.resolve(kubelet.running() === waiting));
  });
  say(`${waiting} pods run`);
  const bytes = await pss(stage.worker.pid);
  const heartbeats = heartbeatsIn(await metrics());
  await new Promise((resolve) => setTimeout(resolve, watchedSeconds * 1_000));
  const writes = (heartbeatsIn(await metrics()) - heartbeats) / watchedSeconds;
  say('the worker is killed');
  await stage.worker.stop('SIGKILL');
  kubelet.runFor(0);
  kubelet.endAll();
  await waitFor('all pods have ended', 300, () => Promise.resolve(kubelet.running() === 0));
  await stage.startWorker();
  const reportSeconds = await timeOf(async () => {
    await waitFor('all are reported', 900, async () => (await count(client, 'Running')) === 0, 1_000);
  });
  const reported = (await count(client, 'Completed')) - before;
  return [
    plain(`${waiting} pods at once on one worker: until all run`, seconds, 's', 1),
    { what: `${waiting} pods at once: memory of the worker`, value: megabytes(bytes), figure: bytes },
    { what: `${waiting} pods at once: of that before`, value: megabytes(emptyBytes), figure: emptyBytes },
    plain(`${waiting} pods at once: heartbeats, each a write of the server`, writes, '/s', 1),
    plain('worker killed and started again: until all are reported', reportSeconds, 's', 1),
    atLeast('worker killed and started again: pods reported', reported, waiting, ''),
  ];
}

/** ProwJobs; visibility lags a moment. */
async function count(client: Client, status: 'Running' | 'Completed'): Promise<number> {
  const query = `WorkflowType="${workflowTypes.prowJob}" AND ExecutionStatus="${status}"`;
  return (await client.workflow.count(query)).count;
}

/** Calls that the worker has made to keep its watches alive. */
function heartbeatsIn(metrics: string): number {
  const lines = metrics
    .split('\n')
    .filter((line) => /^temporal_request_total\{.*RecordActivityTaskHeartbeat/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
