/** The executor on a real API server: what it makes of faults, and that it never runs anything twice. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunOutcome, RunRequest } from '../../domain/executor.ts';
import { startTestApiServer, type TestApiServer } from '../harness/cluster.ts';
import { eventually } from '../harness/eventually.ts';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts';
import { createKubeClient, type KubeClient } from '../harness/kube-client.ts';
import { createPodRuns, nextRun, podRequest, watching, type PodRuns } from '../harness/pod-runs.ts';
import { standIn, startStandInKubelet, type StandInKubelet } from '../harness/stand-in-kubelet.ts';

interface PodObject {
  metadata: { uid: string; deletionTimestamp?: string; labels: Record<string, string>; finalizers?: string[] };
  status: { phase: string };
}

let server: TestApiServer;
let kubelet: StandInKubelet;
let proxy: FaultProxy;
let client: KubeClient;
let runs: PodRuns;

beforeAll(async () => {
  server = await startTestApiServer();
  kubelet = await startStandInKubelet(server.kubeconfig);
  proxy = await startFaultProxy(server.kubeconfig);
  client = await createKubeClient(server.kubeconfig);
  runs = createPodRuns({ kubeconfig: proxy.kubeconfig });
}, 300_000);

afterEach(() => {
  if (proxy) proxy.faults = {};
});

afterAll(async () => {
  runs?.close();
  client?.close();
  await proxy?.stop();
  await kubelet?.stop();
  await server?.stop();
});

const pods = '/api/v1/namespaces/default/pods';
const forever = { annotations: { [standIn.runningMs]: '-1' } };
const unschedulable = { annotations: { [standIn.unschedulable]: 'yes' } };
/** On a node that has no kubelet, so that nothing happens to the pod but what the test does. */
const leftAlone = { ...unschedulable, spec: { nodeName: 'without-kubelet' } };
const patient = { timeoutMs: 60_000 };
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
const revived = (request: RunRequest, revivals = 0): RunRequest => {
  const { prowJob } = request;
  return { ...request, prowJob: { ...prowJob, status: { ...prowJob.status, pod_revival_count: revivals } } };
};

const pathOf = (request: RunRequest) => `${pods}/${request.prowJob.metadata.name}`;
const podOf = async (request: RunRequest) => {
  const { status, body } = await client.ask<PodObject>('GET', pathOf(request));
  return status === 404 ? undefined : body;
};
const patch = (request: RunRequest, metadata: object) =>
  client.ask('PATCH', pathOf(request), { contentType: 'application/merge-patch+json', body: { metadata } });
const patchStatus = (request: RunRequest, status: object) =>
  client.ask('PATCH', `${pathOf(request)}/status`, {
    contentType: 'application/merge-patch+json',
    body: { status },
  });
const isRunning = async (request: RunRequest) => (await podOf(request))?.status.phase === 'Running';
const buildIdOf = ({ prowJob }: RunRequest) => prowJob.status.build_id;

describe('start', () => {
  test('makes a pod of the name of the ProwJob, which is adopted by every later start', async () => {
    const request = podRequest(forever);

    expect(await runs.executor.start(request)).toEqual({ buildId: buildIdOf(request), adopted: false });
    expect(await runs.executor.start(request)).toEqual({ buildId: buildIdOf(request), adopted: true });

    expect((await podOf(request))?.metadata.labels).toMatchObject({
      'created-by-prow': 'true',
      'prow.k8s.io/id': request.prowJob.metadata.name,
      'prow.k8s.io/build-id': buildIdOf(request),
    });
    await runs.executor.end(request, 'aborted');
  });

  test('a start whose answer was lost is found again', async () => {
    const request = podRequest(forever);
    proxy.faults = { loseAnswers: { times: 1, method: 'POST' } };

    // On a connection that was kept open the call itself tries again; on a new one whoever called does.
    const started = await runs.executor.start(request).catch(() => runs.executor.start(request));

    expect(started).toEqual({ buildId: buildIdOf(request), adopted: true });
    expect(proxy.faults.loseAnswers?.times).toBe(0);
    expect(await podOf(request)).toBeDefined();
    await runs.executor.end(request, 'aborted');
  });

  test('of two workers that start the same run one makes the pod', async () => {
    const other = createPodRuns({ kubeconfig: proxy.kubeconfig });
    const requests = Array.from({ length: 10 }, () => podRequest(forever));

    for (const request of requests) {
      const started = await Promise.all([runs, other].map(({ executor }) => executor.start(request)));
      expect(started.filter(({ adopted }) => adopted)).toHaveLength(1);
      expect(started.map(({ buildId }) => buildId)).toEqual([buildIdOf(request), buildIdOf(request)]);
    }
    for (const request of requests) await other.executor.end(request, 'aborted');
    other.close();
  });

  test('49: a reset ProwJob adopts the pod that runs, with its build id', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    const again = { ...nextRun(request), endedBuildIds: [] };

    expect(await runs.executor.start(again)).toEqual({ buildId: buildIdOf(request), adopted: true });
    await runs.executor.end(request, 'aborted');
  });

  test('a pod on its way out is waited for and never adopted', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    await patch(request, { finalizers: ['bowsprit.test/hold'] });
    await client.ask('DELETE', pathOf(request));
    const next = nextRun(request);

    const early = createPodRuns({ kubeconfig: proxy.kubeconfig, patienceMs: 100 });
    await expect(early.executor.start(next)).rejects.toMatchObject({ type: 'PodNotGone' });
    early.close();
    await patch(request, { finalizers: [] });
    await eventually(
      async () => {
        try {
          return !(await runs.executor.start(next)).adopted;
        } catch (error) {
          if ((error as { type?: string }).type === 'PodNotGone') return false;
          throw error;
        }
      },
      'the next pod is made',
      patient,
    );
    expect((await podOf(next))?.metadata.labels['prow.k8s.io/build-id']).toBe(buildIdOf(next));
    await runs.executor.end(next, 'aborted');
  });

  test('a pod of a run that is over is deleted, not adopted', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    const next = nextRun(request);

    await eventually(
      async () => !(await runs.executor.start(next).catch(() => ({ adopted: true }))).adopted,
      'the next pod is made',
      patient,
    );
    expect((await podOf(next))?.metadata.labels['prow.k8s.io/build-id']).toBe(buildIdOf(next));
    await runs.executor.end(next, 'aborted');
  });

  test("somebody else's pod of that name is left alone", async () => {
    const request = podRequest();
    const spec = { containers: [{ name: 'x', image: 'alpine' }] };
    const metadata = { name: request.prowJob.metadata.name, annotations: forever.annotations };
    await client.ask('POST', pods, { body: { apiVersion: 'v1', kind: 'Pod', metadata, spec } });

    await expect(runs.executor.start(request)).rejects.toMatchObject({ type: 'PodNotOurs' });
    await runs.executor.end(request, 'aborted');

    expect((await podOf(request))?.metadata.deletionTimestamp).toBeUndefined();
    await client.ask('DELETE', pathOf(request));
  });

  test.each([
    [
      'an invalid name of a container',
      {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'A b', image: 'x' },
        ],
      },
    ],
    ['no image', { containers: [{ name: 'test' }] }],
    [
      'an environment of 2 MB',
      { containers: [{ name: 'test', image: 'x', env: [{ name: 'A', value: 'x'.repeat(2_000_000) }] }] },
    ],
    [
      'an environment of 4 MB',
      { containers: [{ name: 'test', image: 'x', env: [{ name: 'A', value: 'x'.repeat(4_000_000) }] }] },
    ],
  ])('48: %s is refused for good, in the words of the server', async (_name, spec) => {
    const refused = runs.executor.start(podRequest({ spec }));

    await expect(refused).rejects.toMatchObject({
      type: 'PodRejected',
      message: expect.stringMatching(/^Pod can not be created: .+/),
    });
  });

  test.each([403, 422])('48: an answer of %d is final', async (status) => {
    proxy.faults = { answer: { status, times: 1, method: 'POST' } };

    await expect(runs.executor.start(podRequest())).rejects.toMatchObject({
      type: 'PodRejected',
      message: expect.stringMatching(/^Pod can not be created: .*a fault of the test/),
    });
  });

  test.each([404, 409, 429, 500, 503])('48: after an answer of %d it is tried again', async (status) => {
    const request = podRequest(forever);
    proxy.faults = { answer: { status, times: 1, method: 'POST' } };

    await expect(runs.executor.start(request)).rejects.toMatchObject({ type: 'ClusterUnavailable' });
    expect((await runs.executor.start(request)).adopted).toBe(false);
    await runs.executor.end(request, 'aborted');
  });
});

describe('watch', () => {
  test('58: tells how the pod ended, and stores what the cluster knew about it', async () => {
    const request = podRequest({ annotations: { [standIn.runningMs]: '200' } });
    await runs.executor.start(request);

    expect(await watching(runs, request).outcome).toEqual({
      kind: 'ended',
      state: 'success',
      description: 'Job succeeded.',
    });
    const info = JSON.parse((await runs.stored(request, 'podinfo.json')) ?? '') as { pod: PodObject };
    expect(info.pod).toMatchObject({ kind: 'Pod', status: { phase: 'Succeeded' } });
    expect(info.pod.metadata).not.toHaveProperty('managedFields');
  });

  test('a failed pod is a failure; one killed for memory says so', async () => {
    const failed = podRequest({ annotations: { [standIn.exitCode]: '1' } });
    const oom = podRequest({ annotations: { [standIn.exitCode]: '137', [standIn.reason]: 'OOMKilled' } });
    for (const request of [failed, oom]) await runs.executor.start(request);

    expect(await watching(runs, failed).outcome).toMatchObject({ state: 'failure', description: 'Job failed.' });
    expect(await watching(runs, oom).outcome).toMatchObject({
      state: 'failure',
      description: 'Job failed. (test: OOMKilled)',
    });
  });

  test('a pod that had ended before anybody watched is judged all the same', async () => {
    const request = podRequest();
    await runs.executor.start(request);
    await eventually(async () => (await podOf(request))?.status.phase === 'Succeeded', 'the pod has ended', patient);
    const other = createPodRuns({ kubeconfig: proxy.kubeconfig });

    expect(await watching(other, request).outcome).toMatchObject({ state: 'success' });
    await eventually(() => other.cluster.pods().state().connected, 'the watch has begun', patient);
    expect(other.cluster.pods().state().pods).toBeLessThan(20);
    other.close();
  });

  test('50: a pod that was deleted by hand and is gone is replaced, under a new build id', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    const { outcome } = watching(runs, request);
    await eventually(() => isRunning(request), 'the pod runs', patient);

    await client.ask('DELETE', `${pathOf(request)}?gracePeriodSeconds=0`);

    expect(await outcome).toEqual({ kind: 'restart', cause: 'missing', counted: false });
    expect((await runs.executor.start(nextRun(request))).adopted).toBe(false);
    await runs.executor.end(request, 'aborted');
  });

  test.each([
    ['Running', 'Pod got deleted unexpectedly'],
    ['Pending', 'Pod got deleted unexpectedly'],
  ])('50: a pod that is being deleted by hand is an error (phase %s)', async (phase, description) => {
    const request = podRequest(leftAlone);
    await runs.executor.start(request);
    await patchStatus(request, { phase, startTime: secondsAgo(5) });
    const { outcome, phases } = watching(runs, request);
    await eventually(() => phases.includes(phase), 'the watch has seen the pod', patient);

    await client.ask('DELETE', pathOf(request));

    expect(await outcome).toEqual({ kind: 'ended', state: 'error', description });
    expect((await podOf(request))?.metadata.deletionTimestamp).toBeDefined();
    await client.ask('DELETE', `${pathOf(request)}?gracePeriodSeconds=0`);
  });

  const evicted = { phase: 'Failed', reason: 'Evicted', message: 'low on memory' };
  const ranOut = (cause: string, n: number) =>
    `Job pod reached max revivals (${n}) after being stopped unexpectedly (${cause})`;

  test.each<[string, { errorOnEviction?: boolean; maxRevivals?: number; revivals?: number }, RunOutcome]>([
    ['by default', {}, { kind: 'restart', cause: 'evicted', counted: true }],
    [
      'error_on_eviction',
      { errorOnEviction: true },
      { kind: 'ended', state: 'error', description: 'Job pod was evicted by the cluster. (Evicted: low on memory)' },
    ],
    [
      'max_revivals 0',
      { maxRevivals: 0 },
      { kind: 'ended', state: 'error', description: `${ranOut('evicted', 0)} (Evicted: low on memory)` },
    ],
    ['one revival left', { revivals: 2 }, { kind: 'restart', cause: 'evicted', counted: true }],
    [
      'max_revivals reached',
      { revivals: 3 },
      { kind: 'ended', state: 'error', description: `${ranOut('evicted', 3)} (Evicted: low on memory)` },
    ],
  ])('51: an evicted pod, %s', async (_name, { errorOnEviction = false, maxRevivals = 3, revivals }, expected) => {
    const plain = podRequest({ ...leftAlone, errorOnEviction });
    const request = revived({ ...plain, maxRevivals }, revivals);
    await runs.executor.start(request);
    await patch(request, { finalizers: ['prow.x-k8s.io/gcsk8sreporter'] });
    const { outcome } = watching(runs, request);

    await patchStatus(request, evicted);

    expect(await outcome).toEqual(expected);
    expect(await runs.stored(request, 'podinfo.json')).toContain('low on memory');
    if (expected.kind === 'restart') {
      const left = (await podOf(request))?.metadata;
      expect(left?.finalizers ?? []).toEqual([]);
      expect(left?.deletionTimestamp ?? 'gone').toBeTruthy();
    } else {
      // Left for people to look at.
      expect((await podOf(request))?.metadata.deletionTimestamp).toBeUndefined();
      await patch(request, { finalizers: [] });
    }
    await client.ask('DELETE', `${pathOf(request)}?gracePeriodSeconds=0`);
  });

  test.each<[string, number, RunOutcome]>([
    ['is replaced', 0, { kind: 'restart', cause: 'unreachable', counted: true }],
    [
      'is an error after so many revivals',
      3,
      { kind: 'ended', state: 'error', description: `${ranOut('unreachable', 3)} (NodeLost: node is gone)` },
    ],
  ])('a pod whose node is lost %s (spec 5.5)', async (_name, revivals, expected) => {
    const request = revived(podRequest(leftAlone), revivals);
    await runs.executor.start(request);
    await patch(request, { finalizers: ['prow.x-k8s.io/gcsk8sreporter'] });
    await patchStatus(request, { phase: 'Running', startTime: secondsAgo(5) });
    const { outcome, phases } = watching(runs, request);
    await eventually(() => phases.includes('Running'), 'the watch has seen the pod', patient);

    // A node that does not answer is no reason to give up a run: only a pod that is being deleted for it is.
    await patchStatus(request, { reason: 'NodeLost', message: 'node is gone' });
    await client.ask('DELETE', pathOf(request));

    expect(await outcome).toEqual(expected);
    if (expected.kind === 'restart') {
      // Nobody on that node confirms the deletion; the next run waits until the object is gone.
      const next = nextRun(request);
      const early = createPodRuns({ kubeconfig: proxy.kubeconfig, patienceMs: 100 });
      await expect(early.executor.start(next)).rejects.toMatchObject({ type: 'PodNotGone' });
      early.close();
      expect((await podOf(request))?.metadata.finalizers ?? []).toEqual([]);
      await client.ask('DELETE', `${pathOf(request)}?gracePeriodSeconds=0`);
      expect((await runs.executor.start(next)).adopted).toBe(false);
    }
    await patch(request, { finalizers: [] });
    await client.ask('DELETE', `${pathOf(request)}?gracePeriodSeconds=0`);
  });

  test('53: a pod that no node takes is given up after its timeout, and deleted', async () => {
    const request = podRequest({ ...unschedulable, timeouts: { unscheduledMs: 1_500 } });
    await runs.executor.start(request);
    await patchStatus(request, {
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }],
    });

    expect(await watching(runs, request).outcome).toMatchObject({
      state: 'error',
      description: 'Pod scheduling timeout. (Unschedulable: no room)',
    });
    expect((await podOf(request))?.metadata.deletionTimestamp ?? 'gone').not.toBe('');
    await eventually(async () => (await podOf(request)) === undefined, 'the pod is gone', patient);
  });

  test('53: a pod that runs too long is aborted', async () => {
    const request = podRequest({ ...forever, timeouts: { runningMs: 2_000 } });
    await runs.executor.start(request);

    expect(await watching(runs, request).outcome).toMatchObject({
      state: 'aborted',
      description: 'Pod running timeout.',
    });
    await eventually(async () => (await podOf(request)) === undefined, 'the pod is gone', patient);
  });

  test.each([-3_600_000, 3_600_000])('a clock that is %d ms off changes no timeout', async (off) => {
    const skewed = createPodRuns({ kubeconfig: proxy.kubeconfig, now: () => Date.now() + off });
    const early = podRequest({ ...unschedulable, timeouts: { unscheduledMs: 600_000 } });
    const late = podRequest({ ...unschedulable, timeouts: { unscheduledMs: 3_000 } });
    for (const request of [early, late]) await skewed.executor.start(request);
    const waiting = watching(skewed, early);

    expect(await watching(skewed, late).outcome).toMatchObject({ description: 'Pod scheduling timeout.' });
    const first = await Promise.race([waiting.outcome, Promise.resolve('still waiting')]);
    expect(first).toBe('still waiting');
    waiting.stop();
    await expect(waiting.outcome).rejects.toThrow('the worker shuts down');
    await skewed.executor.end(early, 'aborted');
    skewed.close();
  });

  test('a worker that stops leaves the pod alone', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    const { outcome, phases, stop } = watching(runs, request);
    await eventually(() => phases.includes('Running'), 'the watch has seen the pod run', patient);

    stop();

    await expect(outcome).rejects.toThrow('the worker shuts down');
    expect((await podOf(request))?.metadata.deletionTimestamp).toBeUndefined();
    await runs.executor.end(request, 'aborted');
  });

  test('watches that are cut all the time lose nothing, and cost no read per pod', async () => {
    const requests = Array.from({ length: 30 }, (_, n) =>
      podRequest({ annotations: { [standIn.runningMs]: String(500 + n * 100), [standIn.exitCode]: String(n % 2) } }),
    );
    proxy.forget();
    proxy.faults = { cutStreamsMs: 300 };
    proxy.cut();

    for (const request of requests) await runs.executor.start(request);
    const outcomes = await Promise.all(requests.map((request) => watching(runs, request).outcome));

    expect(outcomes.map((outcome) => outcome.kind === 'ended' && outcome.state)).toEqual(
      requests.map((_, n) => (n % 2 ? 'failure' : 'success')),
    );
    const reads = proxy.requests().get('get pods') ?? 0;
    // Only where the watch was away at the wrong moment.
    expect(reads).toBeLessThanOrEqual(0.5 * requests.length);
    // One node has them all, and is not there: nor is that asked again at once.
    expect(proxy.requests().get('get nodes') ?? 0).toBeLessThanOrEqual(1);
    expect(proxy.requests().get('list pods') ?? 0).toBeLessThanOrEqual(2);
  });

  test('an expired watch lists again', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    const { outcome } = watching(runs, request);
    await eventually(() => isRunning(request), 'the pod runs', patient);
    proxy.forget();
    proxy.faults = { answer: { status: 410, times: 1, path: /watch=true/ } };
    proxy.cut();
    await eventually(() => (proxy.requests().get('list pods') ?? 0) > 0, 'the pods are listed again', patient);

    kubelet.endAll();

    expect(await outcome).toMatchObject({ state: 'success' });
  });

  test('a silent watch is given up', async () => {
    const impatient = createPodRuns({ kubeconfig: proxy.kubeconfig, silenceMs: 300 });
    impatient.cluster.pods();
    proxy.forget();

    await eventually(() => (proxy.requests().get('watch pods') ?? 0) > 2, 'the watch begins again', patient);
    impatient.close();
  });

  test('an API server that is killed and comes back does not disturb a run', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    const { outcome } = watching(runs, request);
    await eventually(() => isRunning(request), 'the pod runs', patient);
    let isOver = false;
    outcome.finally(() => (isOver = true)).catch(() => undefined);

    await server.kill();
    await eventually(() => !runs.cluster.pods().state().connected, 'the watch has noticed', patient);
    expect(isOver).toBe(false);
    await expect(runs.executor.start(podRequest())).rejects.toMatchObject({ type: 'ClusterUnavailable' });
    await server.restart();
    await eventually(() => runs.cluster.pods().state().connected, 'the watch goes on', patient);
    await eventually(
      () => {
        kubelet.endAll();
        return isOver;
      },
      'the run has ended',
      patient,
    );

    expect(await outcome).toMatchObject({ state: 'success', description: 'Job succeeded.' });
  });
});

describe('end', () => {
  test('54: deletes the pod; one that is gone is fine; a delete that fails is told', async () => {
    const request = podRequest(forever);
    await runs.executor.start(request);
    proxy.faults = { answer: { status: 500, times: 1, method: 'DELETE' } };

    await expect(runs.executor.end(request, 'aborted')).rejects.toMatchObject({ type: 'ClusterUnavailable' });
    await runs.executor.end(request, 'aborted');
    await eventually(async () => (await podOf(request)) === undefined, 'the pod is gone', patient);
    await runs.executor.end(request, 'aborted');

    expect(await runs.stored(request, 'podinfo.json')).toContain(request.prowJob.metadata.name);
  });
});
