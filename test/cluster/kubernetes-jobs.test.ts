/** ProwJobs from start to record on a real API server, by workers that are killed, stopped and replaced. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { dump, load } from 'js-yaml';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { findSoon } from '../../clients/temporal/find-soon.ts';
import type { ProwJobs } from '../../clients/temporal/api.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { startTestApiServer, type TestApiServer } from '../harness/cluster.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts';
import { createKubeClient, type KubeClient } from '../harness/kube-client.ts';
import { startStandInKubelet, type StandInKubelet } from '../harness/stand-in-kubelet.ts';
import { startWorker, type WorkerProcess } from '../harness/worker-process.ts';

const patient = { timeoutMs: 90_000, intervalMs: 100 };

let folder: string;
let server: TestApiServer;
let kubelet: StandInKubelet;
let proxy: FaultProxy;
let client: KubeClient;
let temporal: TestWorkflowEnvironment;
let prowJobs: ProwJobs;
let control: WorkerProcess;
let worker: WorkerProcess;

const periodic = (name: string, more: object = {}) => ({
  name,
  // Only started by the tests.
  cron: '0 0 29 2 *',
  spec: { containers: [{ image: 'alpine', command: ['/bin/date'] }], terminationGracePeriodSeconds: 1 },
  ...more,
});
const stays = { annotations: { 'stand-in.bowsprit.test/running-ms': '-1' } };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-kubernetes-jobs-'));
  server = await startTestApiServer();
  kubelet = await startStandInKubelet(server.kubeconfig);
  proxy = await startFaultProxy(server.kubeconfig);
  client = await createKubeClient(server.kubeconfig);
  temporal = await startDevServer();
  prowJobs = createProwJobs(temporal.client);
  const periodics = [
    periodic('quick'),
    periodic('long', stays),
    periodic('nowhere', { cluster: 'nowhere' }),
    periodic('away', { cluster: 'away' }),
    periodic('refused', { spec: { containers: [{ image: 'alpine', imagePullPolicy: 'Sometimes' }] } }),
  ];
  writeFileSync(join(folder, 'config.yaml'), dump({ plank: { max_revivals: 1 }, periodics }));
  writeFileSync(join(folder, 'kubeconfig'), clusters(readFileSync(proxy.kubeconfig, 'utf8')), { mode: 0o600 });
  control = await startWorker(['workflows', 'admin', 'reports'], settings('control'));
  worker = await startWorker(['runs'], settings('runs'));
}, 300_000);

afterEach(() => {
  if (proxy) proxy.faults = {};
});

afterAll(async () => {
  await worker?.end('SIGKILL');
  await control?.end('SIGKILL');
  await temporal?.teardown();
  client?.close();
  await proxy?.stop();
  await kubelet?.stop();
  await server?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The one cluster as `default`, and one that nobody can reach. */
function clusters(kubeconfig: string): string {
  const {
    contexts: [only] = [],
    clusters: [real] = [],
    users,
  } = load(kubeconfig) as Record<string, { name: string }[]>;
  const { context } = only as unknown as { context: { cluster: string; user: string } };
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'default',
    users,
    clusters: [real, { name: 'away', cluster: { server: 'http://127.0.0.1:1', 'insecure-skip-tls-verify': true } }],
    contexts: [
      { name: 'default', context },
      { name: 'away', context: { ...context, cluster: 'away' } },
    ],
  });
}

function settings(name: string) {
  mkdirSync(join(folder, name), { recursive: true });
  return {
    configPath: join(folder, 'config.yaml'),
    dataDir: join(folder, name),
    temporalAddress: temporal.address,
    executor: 'kubernetes',
    kubeconfig: [join(folder, 'kubeconfig')],
    noInClusterConfig: true,
  };
}

async function start(job: string): Promise<string> {
  const { prowJob } = await prowJobs.start({ job });
  return prowJob;
}

async function stateOf(name: string): Promise<ProwJob | undefined> {
  const summary = await findSoon(prowJobs, name);
  return summary && (await prowJobs.state(summary));
}

async function untilState(name: string, state: string): Promise<ProwJob> {
  let job: ProwJob | undefined;
  const isThere = async () => {
    job = await stateOf(name);
    return job?.status.state === state && (state === 'pending' || job.status.completionTime !== undefined);
  };
  await eventually(isThere, `the job is ${state}`, patient).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${JSON.stringify(job?.status)}\n${worker.log()}`);
  });
  if (!job) throw new Error('The job is not known.');
  return job;
}

/** Whether a worker has taken the watch of a job's run, which otherwise waits in its queue. */
async function isWatched(name: string): Promise<boolean> {
  const summary = await findSoon(prowJobs, name);
  if (!summary) return false;
  const { raw } = await temporal.client.workflow.getHandle(summary.workflowId).describe();
  return (raw.pendingActivities ?? []).some(
    ({ activityType, lastWorkerIdentity }) => activityType?.name === 'watchRun' && Boolean(lastWorkerIdentity),
  );
}

const podOf = async (name: string) => {
  const { status, body } = await client.ask<{ metadata: { uid: string; deletionTimestamp?: string } }>(
    'GET',
    `/api/v1/namespaces/default/pods/${name}`,
  );
  return status === 404 ? undefined : body;
};

/** The stand-in lets pods run that are to stay; a pod that it has not seen yet is ended the next time. */
async function untilSuccess(name: string): Promise<ProwJob> {
  const ending = setInterval(() => kubelet.endAll(), 200);
  try {
    return await untilState(name, 'success');
  } finally {
    clearInterval(ending);
  }
}

test('a job runs as a pod of its own name', async () => {
  const name = await start('quick');

  const job = await untilState(name, 'success');

  expect(job.status).toMatchObject({ description: 'Job succeeded.', pod_name: name });
  expect(await podOf(name)).toBeDefined();
});

test('a worker that is killed between the creation of the pod and its record makes no second pod', async () => {
  proxy.forget();
  proxy.faults = { loseAnswers: { times: 1_000, method: 'POST', path: /\/pods$/ } };
  const name = await start('long');
  await eventually(() => (proxy.requests().get('create pods') ?? 0) > 0, 'the pod is being made', patient);
  await worker.end('SIGKILL');
  proxy.faults = {};
  const uid = (await podOf(name))?.metadata.uid;

  worker = await startWorker(['runs'], settings('runs'));
  const pending = await untilState(name, 'pending');
  const job = await untilSuccess(name);

  expect(uid).toBeDefined();
  expect((await podOf(name))?.metadata.uid).toBe(uid);
  expect(job.status.build_id).toBe(pending.status.build_id);
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a worker that ends by %s leaves the pod to the next one',
  async (signal) => {
    const name = await start('long');
    await untilState(name, 'pending');
    const uid = (await podOf(name))?.metadata.uid;

    await worker.end(signal);
    const left = await podOf(name);
    worker = await startWorker(['runs'], settings('runs'));

    expect(left?.metadata.uid).toBe(uid);
    expect(left?.metadata.deletionTimestamp).toBeUndefined();
    // After SIGKILL the server has to miss heartbeats first, which takes two minutes; the job is ended by an abort, at once.
    if (signal === 'SIGTERM') await untilSuccess(name);
    else {
      await prowJobs.abort(name, { by: 'alice' });
      await untilState(name, 'aborted');
      await eventually(async () => (await podOf(name)) === undefined, 'the pod is gone', patient);
    }
  },
);

test('54: an abort deletes the pod, through failures, and only then completes the job', async () => {
  const name = await start('long');
  await untilState(name, 'pending');
  proxy.faults = { answer: { status: 500, times: 2, method: 'DELETE' } };

  await prowJobs.abort(name, { by: 'alice' });
  const job = await untilState(name, 'aborted');

  expect(job.status.description).toBe(`alice successfully aborted ${name}.`);
  expect(proxy.faults.answer?.times).toBe(0);
  await eventually(async () => (await podOf(name)) === undefined, 'the pod is gone', patient);
});

test('55: a job on a cluster that nobody knows ends in error at once', async () => {
  const job = await untilState(await start('nowhere'), 'error');

  expect(job.status.description).toMatch(/^Terminal error: nonretryable error: .*nowhere/);
});

test('48: a pod that is refused ends the job in error, with its build id', async () => {
  const job = await untilState(await start('refused'), 'error');

  expect(job.status.description).toMatch(/^Pod can not be created: .*imagePullPolicy/);
  expect(job.status.build_id).toMatch(/^\d+$/);
});

test('48: answers of 429 and 500 only delay a job', async () => {
  proxy.faults = { answer: { status: 429, times: 2, method: 'POST', path: /\/pods$/ } };
  await untilState(await start('quick'), 'success');
  proxy.faults = { answer: { status: 500, times: 2, method: 'POST', path: /\/pods$/ } };
  await untilState(await start('quick'), 'success');
});

test('a cluster that is away keeps its own jobs waiting, and nobody else', async () => {
  const waiting = await start('away');
  const names = await Promise.all(Array.from({ length: 5 }, () => start('quick')));

  for (const name of names) await untilState(name, 'success');

  expect((await stateOf(waiting))?.status.state).toBe('triggered');
});

test('51: evictions bring a job back as often as max_revivals says, each time with a new build id', async () => {
  const name = await start('long');
  const evict = async (uid: string | undefined): Promise<void> => {
    const pod = `/api/v1/namespaces/default/pods/${name}`;
    const status = { phase: 'Failed', reason: 'Evicted', message: 'low on memory' };
    const body = { metadata: { uid }, status };
    await client.ask('PATCH', `${pod}/status`, { contentType: 'application/merge-patch+json', body });
  };
  const first = await untilState(name, 'pending');
  const firstUid = (await podOf(name))?.metadata.uid;
  await evict(firstUid);
  let next: ProwJob | undefined;
  await eventually(
    async () => {
      next = await stateOf(name);
      return next?.status.pod_revival_count === 1 && next.status.state === 'pending' && (await hasOtherPod());
    },
    'the job is back',
    patient,
  );
  async function hasOtherPod(): Promise<boolean> {
    const pod = await podOf(name);
    return pod !== undefined && pod.metadata.uid !== firstUid && pod.metadata.deletionTimestamp === undefined;
  }
  await evict((await podOf(name))?.metadata.uid);
  const ended = await untilState(name, 'error');

  expect(next?.status.build_id).not.toBe(first.status.build_id);
  expect(ended.status).toMatchObject({
    pod_revival_count: 1,
    description: 'Job pod reached max revivals (1) after being stopped unexpectedly (evicted) (Evicted: low on memory)',
  });
});

test('54: with every watch slot taken, aborts of watched and of waiting jobs are done at once', async () => {
  await worker.end('SIGTERM');
  worker = await startWorker(['runs'], { ...settings('runs'), watchSlots: 2 });
  const names = await Promise.all(Array.from({ length: 4 }, () => start('long')));
  for (const name of names) await untilState(name, 'pending');
  const watched = async () => {
    const areWatched = await Promise.all(names.map(isWatched));
    return names.filter((_, n) => areWatched[n]);
  };
  await eventually(async () => (await watched()).length === 2, 'two of the four are watched', patient);
  const [first = '', other = ''] = await watched();
  const [waiting = '', left = ''] = names.filter((name) => name !== first && name !== other);

  for (const name of [waiting, first]) await prowJobs.abort(name, { by: 'alice' });
  for (const name of [waiting, first]) {
    expect((await untilState(name, 'aborted')).status.description).toBe(`alice successfully aborted ${name}.`);
    await eventually(async () => (await podOf(name)) === undefined, 'the pod is gone', patient);
  }

  // The slot of the watched one is free for the one that has waited longest.
  await untilSuccess(other);
  await untilSuccess(left);
  await worker.end('SIGTERM');
  worker = await startWorker(['runs'], settings('runs'));
});

test('an API server that is killed and comes back in mid job does not disturb it', async () => {
  const name = await start('long');
  await untilState(name, 'pending');

  await server.kill();
  const other = await start('quick');
  await server.restart();

  await untilState(other, 'success');
  const job = await untilSuccess(name);
  expect(job.status.pod_revival_count).toBeUndefined();
});
