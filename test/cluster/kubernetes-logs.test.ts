/** Logs of pods that really run: read while they do, stored when they end, and the words of pods that cannot. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClusterRunLogs } from '../../clients/kubernetes/run-logs.ts';
import { StorageUnavailable } from '../../clients/blobs/storage-error.ts';
import { createPodLogs } from '../../clients/kubernetes/pod-logs.ts';
import type { RunRequest } from '../../domain/executor.ts';
import { testKubeconfig } from '../harness/cluster.ts';
import { eventually } from '../harness/eventually.ts';
import { createPodRuns, podRequest, watching, type PodRuns } from '../harness/pod-runs.ts';

let runs: PodRuns;

beforeAll(() => void (runs = createPodRuns({ kubeconfig: testKubeconfig() })));
afterAll(() => runs?.close());

const patient = { timeoutMs: 90_000, intervalMs: 100 };
const shell = (script: string, name = 'test') => ({ name, image: 'alpine', command: ['/bin/sh', '-c', script] });

/** As Deck has them: near the cluster. */
function runLogs() {
  const podLogs = createPodLogs(runs.cluster);
  const runKeyOf = ({ spec, status }: RunRequest['prowJob']) => `bucket/logs/${spec.job}/${status.build_id}`;
  return createClusterRunLogs({ blobs: runs.blobs, runKeyOf, liveLogs: () => podLogs });
}

const complete = ({ prowJob }: RunRequest) => ({
  ...prowJob,
  status: { ...prowJob.status, completionTime: '2026-11-23T12:00:00Z' },
});

describe('a job without decoration', () => {
  test('58: one container: its log is build-log.txt', async () => {
    const request = podRequest({ spec: { containers: [shell('echo one; echo two >&2; printf end')] } });
    await runs.executor.start(request);

    expect(await watching(runs, request).outcome).toMatchObject({ state: 'success' });

    const log = await runs.stored(request, 'build-log.txt');
    expect(log?.split('\n').sort()).toEqual(['end', 'one', 'two'].sort());
    const info = JSON.parse((await runs.stored(request, 'podinfo.json')) ?? '') as Record<string, unknown>;
    expect(info).toMatchObject({
      pod: { status: { phase: 'Succeeded' } },
      node: { kind: 'Node' },
      events: expect.arrayContaining([expect.objectContaining({ reason: 'Started' })]),
    });
  });

  test('58: two containers: a log each', async () => {
    const request = podRequest({ spec: { containers: [shell('echo a', 'a'), shell('echo b; exit 3', 'b')] } });
    await runs.executor.start(request);

    expect(await watching(runs, request).outcome).toMatchObject({ state: 'failure', description: 'Job failed.' });

    expect(await runs.stored(request, 'a-build-log.txt')).toBe('a\n');
    expect(await runs.stored(request, 'b-build-log.txt')).toBe('b\n');
    expect(await runs.stored(request, 'build-log.txt')).toBeUndefined();
  });

  test('an aborted one leaves its last words as well', async () => {
    const request = podRequest({
      spec: {
        terminationGracePeriodSeconds: 30,
        containers: [shell('trap "echo ending; exit 1" TERM; echo begun; while true; do sleep 0.1; done')],
      },
    });
    await runs.executor.start(request);
    const logs = runLogs();
    await eventually(
      async () => (await logs.read(request.prowJob, { offset: 0, limit: 100 }))?.content.length === 6,
      'the job has begun',
      patient,
    );

    await runs.executor.end(request, 'aborted');

    expect(await runs.stored(request, 'build-log.txt')).toBe('begun\nending\n');
  });

  test('53: one that is given up leaves its log, also when storage is away at that moment', async () => {
    let refusals = 3;
    const moody = createPodRuns({
      kubeconfig: testKubeconfig(),
      storage: (blobs) => ({
        ...blobs,
        putFile: (key, path, options) => {
          refusals -= 1;
          if (refusals >= 0) return Promise.reject(new StorageUnavailable(`write ${key}`, new Error('away')));
          return blobs.putFile(key, path, options);
        },
      }),
    });
    const request = podRequest({
      spec: { containers: [shell('echo begun; while true; do sleep 0.1; done')] },
      timeouts: { runningMs: 5_000 },
    });
    await moody.executor.start(request);

    expect(await watching(moody, request).outcome).toEqual({
      kind: 'ended',
      state: 'aborted',
      description: 'Pod running timeout.',
    });
    expect(await moody.stored(request, 'build-log.txt')).toBe('begun\n');
    moody.close();
  });

  test('a log that is longer than what the kubelet keeps is stored whole, with flat memory', async () => {
    // A kubelet keeps 10 MiB at hand, and hands on only so much in a second: the job pauses now and then.
    const lines = 500_000;
    const filler = 'x'.repeat(55);
    const part = `seq $((1000001 + k * 12500)) $((1012500 + k * 12500)) | sed 's/$/ ${filler}/'`;
    const script = `for k in $(seq 0 39); do ${part}; sleep 0.4; done`;
    const request = podRequest({ spec: { containers: [shell(script)] } });
    await runs.executor.start(request);
    const before = process.memoryUsage().rss;
    let peak = 0;
    const measuring = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss - before)), 20);

    expect(await watching(runs, request).outcome).toMatchObject({ state: 'success' });
    clearInterval(measuring);

    const stored = await runs.blobs.stream(`bucket/logs/pod-run/${request.prowJob.status.build_id}/build-log.txt`);
    const expected = createHash('sha256');
    for (let n = 1; n <= lines; n++) expected.update(`${1_000_000 + n} ${filler}\n`);
    const found = createHash('sha256');
    for await (const chunk of stored ?? []) found.update(chunk as Buffer);
    expect(found.digest('hex')).toBe(expected.digest('hex'));
    expect(peak).toBeLessThan(200 * 1024 * 1024);
  });
});

describe('live logs', () => {
  test('are followed piece by piece until storage has them', async () => {
    const request = podRequest({
      spec: { containers: [shell('for i in $(seq 40); do echo line $i; sleep 0.05; done')] },
    });
    await runs.executor.start(request);
    const { outcome } = watching(runs, request);
    const logs = runLogs();
    let prowJob = request.prowJob;
    outcome.then(() => (prowJob = complete(request))).catch(() => undefined);
    let text = '';
    let offset = 0;
    let pieces = 0;

    await eventually(
      async () => {
        const part = await logs.read(prowJob, { offset, limit: 100 });
        if (!part) return false;
        text += Buffer.from(part.content).toString();
        pieces += part.content.length > 0 ? 1 : 0;
        offset = part.next;
        return part.complete;
      },
      'the log is complete',
      patient,
    );

    expect(await outcome).toMatchObject({ state: 'success' });
    expect(text).toBe(Array.from({ length: 40 }, (_, n) => `line ${n + 1}\n`).join(''));
    expect(pieces).toBeGreaterThan(4);
  });

  test('names that no container can have give no log', async () => {
    expect(
      await runLogs().read(podRequest().prowJob, { offset: 0, limit: 10, container: '../../secrets' }),
    ).toBeUndefined();
  });
});

describe('the description', () => {
  test('says which image cannot be pulled', async () => {
    const image = `example.test/${randomUUID()}:v1`;
    const request = podRequest({ spec: { containers: [{ name: 'test', image }] }, timeouts: { pendingMs: 4_000 } });
    await runs.executor.start(request);

    const outcome = await watching(runs, request).outcome;

    expect(outcome).toMatchObject({
      state: 'error',
      description: expect.stringMatching(
        /^Pod pending timeout\. \(test: (ErrImagePull|ImagePullBackOff): .*example\.test/,
      ),
    });
  });

  test('says which secret is missing that the pod mounts', async () => {
    const container = { ...shell('true'), volumeMounts: [{ name: 'account', mountPath: '/account' }] };
    const volumes = [{ name: 'account', secret: { secretName: 'nobody-made-it' } }];
    const request = podRequest({ spec: { containers: [container], volumes }, timeouts: { pendingMs: 6_000 } });
    await runs.executor.start(request);

    expect(await watching(runs, request).outcome).toMatchObject({
      state: 'error',
      description: expect.stringMatching(/^Pod pending timeout\. \(FailedMount: .*secret "nobody-made-it" not found/),
    });
  });

  test('says which init container failed, and how', async () => {
    const request = podRequest({
      spec: { initContainers: [shell('echo no such ref; exit 7', 'clonerefs')], containers: [shell('echo never')] },
    });
    await runs.executor.start(request);

    expect(await watching(runs, request).outcome).toMatchObject({
      state: 'failure',
      description: expect.stringMatching(/^Job failed\. \(init container clonerefs: exit code 7/),
    });
  });
});
