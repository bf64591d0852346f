/** The test cluster itself: what other tests rely on. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addressForPods, startTestApiServer, testKubeconfig, type TestApiServer } from '../harness/cluster.ts';
import { eventually } from '../harness/eventually.ts';
import { rbacName, startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts';
import { createKubeClient, type KubeClient } from '../harness/kube-client.ts';
import { standIn, startStandInKubelet, type StandInKubelet } from '../harness/stand-in-kubelet.ts';

interface Pod {
  metadata: { uid: string; name: string };
  status: {
    phase: string;
    startTime?: string;
    containerStatuses?: { state: { terminated?: { exitCode: number }; waiting?: { reason: string } } }[];
  };
}

const pods = '/api/v1/namespaces/default/pods';
const pod = (name: string, spec: object, annotations: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations },
  spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, ...spec },
});
const date = { containers: [{ name: 'test', image: 'alpine', command: ['/bin/date', '-u', '+%Y'] }] };

async function phase(client: KubeClient, name: string): Promise<string> {
  const { status, body } = await client.ask<Pod>('GET', `${pods}/${name}`);
  return status === 404 ? 'gone' : body.status.phase;
}

describe('the cluster', () => {
  let client: KubeClient;
  beforeAll(async () => void (client = await createKubeClient(testKubeconfig())));
  afterAll(() => client?.close());

  test('runs a pod of the image alpine and keeps its log', async () => {
    const name = `date-${randomUUID()}`;

    expect((await client.ask('POST', pods, { body: pod(name, date) })).status).toBe(201);
    await eventually(async () => (await phase(client, name)) === 'Succeeded', 'the pod has ended', {
      timeoutMs: 60_000,
    });
    const { body } = await client.ask<string>('GET', `${pods}/${name}/log`);

    expect(body).toMatch(/^20\d\d\n$/);
    await client.ask('DELETE', `${pods}/${name}`);
  });

  test('refuses an image that is nowhere, as a registry does', async () => {
    const name = `missing-${randomUUID()}`;
    const spec = { containers: [{ name: 'test', image: `example.test/${randomUUID()}:v1` }] };

    await client.ask('POST', pods, { body: pod(name, spec) });
    const waiting = async () => {
      const { body } = await client.ask<Pod>('GET', `${pods}/${name}`);
      return body.status.containerStatuses?.[0]?.state.waiting?.reason ?? '';
    };

    await eventually(async () => /^(ErrImagePull|ImagePullBackOff)$/.test(await waiting()), 'the image is refused', {
      timeoutMs: 60_000,
    });
    await client.ask('DELETE', `${pods}/${name}`);
  });

  (addressForPods() ? test : test.skip)('lets pods reach this machine (own cluster only)', async () => {
    const { createServer } = await import('node:http');
    const server = createServer((_, answer) => answer.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, addressForPods(), resolve));
    const { port } = server.address() as { port: number };
    const name = `reach-${randomUUID()}`;
    const command = ['wget', '-q', '-O', '-', `http://${addressForPods()}:${port}/`];

    await client.ask('POST', pods, { body: pod(name, { containers: [{ name: 'test', image: 'alpine', command }] }) });
    await eventually(async () => (await phase(client, name)) === 'Succeeded', 'the pod has ended', {
      timeoutMs: 60_000,
    });

    expect((await client.ask('GET', `${pods}/${name}/log`)).body).toBe('reached');
    await client.ask('DELETE', `${pods}/${name}`);
    server.close();
  });
});

describe('an API server of its own', () => {
  let server: TestApiServer;
  let kubelet: StandInKubelet;
  let proxy: FaultProxy;
  let client: KubeClient;
  beforeAll(async () => {
    server = await startTestApiServer();
    kubelet = await startStandInKubelet(server.kubeconfig);
    proxy = await startFaultProxy(server.kubeconfig);
    client = await createKubeClient(proxy.kubeconfig);
  }, 120_000);
  afterAll(async () => {
    client?.close();
    await proxy?.stop();
    await kubelet?.stop();
    await server?.stop();
  });

  test.each([
    { given: {}, expected: 'Succeeded', exitCode: 0 },
    { given: { [standIn.exitCode]: '3' }, expected: 'Failed', exitCode: 3 },
    { given: { [standIn.pendingMs]: '50', [standIn.runningMs]: '50' }, expected: 'Succeeded', exitCode: 0 },
  ])('the stand-in kubelet ends a pod with $given as $expected', async ({ given, expected, exitCode }) => {
    const name = `ends-${randomUUID()}`;

    await client.ask('POST', pods, { body: pod(name, date, given) });
    await eventually(async () => (await phase(client, name)) === expected, `the pod has ${expected}`);
    const { body } = await client.ask<Pod>('GET', `${pods}/${name}`);

    expect(body.status.startTime).toMatch(/Z$/);
    expect(body.status.containerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode });
  });

  test('the stand-in kubelet runs a pod until it is deleted, and lets go of it then', async () => {
    const name = `stays-${randomUUID()}`;

    await client.ask('POST', pods, { body: pod(name, date, { [standIn.runningMs]: '-1' }) });
    await eventually(async () => (await phase(client, name)) === 'Running', 'the pod runs');
    await client.ask('DELETE', `${pods}/${name}`);

    await eventually(async () => (await phase(client, name)) === 'gone', 'the pod is gone');
  });

  test('a killed server comes back at the same address with what it knew', async () => {
    const name = `kept-${randomUUID()}`;
    await client.ask('POST', pods, { body: pod(name, date, { [standIn.unschedulable]: 'yes' }) });

    await server.kill();
    await expect(client.ask('GET', pods)).rejects.toThrow(/hang up|ECONN/);
    await server.restart();

    expect(await phase(client, name)).toBe('Pending');
  });

  test('the proxy answers, loses and skews as it is told, and counts', async () => {
    proxy.forget();

    proxy.faults = { answer: { status: 429, times: 1, method: 'POST' } };
    expect((await client.ask('POST', pods, { body: pod('never', date) })).status).toBe(429);
    proxy.faults = { loseAnswers: { times: 1, method: 'POST' } };
    const name = `lost-${randomUUID()}`;
    await expect(client.ask('POST', pods, { body: pod(name, date) })).rejects.toThrow();
    proxy.faults = {};

    await eventually(async () => (await phase(client, name)) !== 'gone', 'the pod was made all the same');
    expect(proxy.requests().get('create pods')).toBe(2);
    expect(await phase(client, 'never')).toBe('gone');
  });

  test('the proxy cuts watches', async () => {
    proxy.faults = { cutStreamsMs: 100 };
    const read = async () => {
      for await (const _ of client.watch(`${pods}?watch=1`, new AbortController().signal)) {
        // Whatever comes until the connection breaks.
      }
    };

    await expect(read()).rejects.toThrow(/aborted|hang up/);
    proxy.faults = {};
  });
});

test.each([
  ['GET', '/api/v1/namespaces/a/pods?watch=1', 'watch pods'],
  ['GET', '/api/v1/namespaces/a/pods', 'list pods'],
  ['GET', '/api/v1/namespaces/a/pods/b', 'get pods'],
  ['GET', '/api/v1/namespaces/a/pods/b/log?follow=true', 'get pods/log'],
  ['DELETE', '/api/v1/namespaces/a/pods/b', 'delete pods'],
  ['DELETE', '/api/v1/namespaces/a/pods', 'deletecollection pods'],
  ['POST', '/apis/authentication.k8s.io/v1/tokenreviews', 'create tokenreviews'],
  ['GET', '/readyz', 'get /readyz'],
])('%s %s is %s', (method, url, expected) => {
  expect(rbacName(method, url)).toBe(expected);
});
