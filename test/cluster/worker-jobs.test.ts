/**
 * ProwJobs that really run, by worker processes as production has them: while storage is away, while a pod cannot start, and with a
 * Deck that has no kubeconfig.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Exec, KubeConfig } from '@kubernetes/client-node';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { dump } from 'js-yaml';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { findSoon } from '../../clients/temporal/find-soon.ts';
import type { ProwJobs } from '../../clients/temporal/api.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { freePort } from '../../workers/free-port.ts';
import { testKubeconfig } from '../harness/cluster.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { httpAsk } from '../harness/http-ask.ts';
import { historyOf } from '../harness/job-history.ts';
import { createKubeClient, type KubeClient } from '../harness/kube-client.ts';
import { startRole, startWorker, type WorkerProcess } from '../harness/worker-process.ts';

const patient = { timeoutMs: 120_000, intervalMs: 100 };

let folder: string;
let dataDir: string;
let client: KubeClient;
let temporal: TestWorkflowEnvironment;
let prowJobs: ProwJobs;
let worker: WorkerProcess;
let other: WorkerProcess;
let deck: WorkerProcess;
let deckPort: number;

/** Says something, waits for a file in its container, says something else. */
const waits = 'echo first line; until [ -e /go ]; do sleep 0.1; done; echo last line';
const stays = 'trap "echo ending; exit 1" TERM; echo first line; while true; do sleep 0.1; done';

function periodic(name: string, script: string, more: { spec?: object; image?: string } = {}) {
  const { spec, image = 'alpine' } = more;
  const container = { image, command: ['/bin/sh', '-c', script] };
  return {
    name,
    cron: '0 0 29 2 *',
    spec: { terminationGracePeriodSeconds: 20, containers: [{ ...container, ...spec }] },
  };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-worker-jobs-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  client = await createKubeClient(testKubeconfig());
  temporal = await startDevServer();
  prowJobs = createProwJobs(temporal.client);
  const periodics = [
    periodic('waits', waits),
    periodic('stays', stays),
    periodic('no-secret', 'true', { spec: { envFrom: [{ secretRef: { name: 'nobody-made-it' } }] } }),
    periodic('no-image', 'true', { image: 'example.test/nobody/made-it:v1' }),
  ];
  const plank = { pod_pending_timeout: '5s' };
  writeFileSync(join(folder, 'config.yaml'), dump({ plank, periodics }));
  worker = await startWorker(['workflows', 'admin', 'reports', 'runs'], settings());
  deckPort = await freePort();
  deck = await startRole('deck', [], { ...settings(), kubeconfig: [], port: deckPort });
}, 300_000);

afterAll(async () => {
  await deck?.end('SIGTERM');
  await other?.end('SIGKILL');
  await worker?.end('SIGKILL');
  await temporal?.teardown();
  await client?.ask('DELETE', '/api/v1/namespaces/default/pods?gracePeriodSeconds=0');
  client?.close();
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

function settings() {
  return {
    configPath: join(folder, 'config.yaml'),
    dataDir,
    temporalAddress: temporal.address,
    executor: 'kubernetes',
    kubeconfig: [testKubeconfig()],
  };
}

async function start(job: string): Promise<string> {
  return (await prowJobs.start({ job })).prowJob;
}

async function stateOf(name: string): Promise<ProwJob | undefined> {
  const summary = await findSoon(prowJobs, name);
  return summary && (await prowJobs.state(summary));
}

async function untilEnded(name: string): Promise<ProwJob> {
  let job: ProwJob | undefined;
  const isThere = async () => {
    job = await stateOf(name);
    return job?.status.completionTime !== undefined;
  };
  await eventually(isThere, 'the job has ended', patient).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${JSON.stringify(job?.status)}\n${worker.log()}`);
  });
  return job as ProwJob;
}

const buildIdOf = async (name: string) => (await stateOf(name))?.status.build_id ?? '';
const deckLog = async (job: string, id: string) => (await httpAsk(deckPort, `/log?job=${job}&id=${id}`)).body;
const stored = (job: string, id: string, file: string) =>
  readFileSync(join(dataDir, 'storage/bowsprit/logs', job, id, file), 'utf8');

async function untilSaid(name: string): Promise<void> {
  const said = async () => {
    const { body } = await client.ask<unknown>('GET', `/api/v1/namespaces/default/pods/${name}/log`);
    return typeof body === 'string' && body.includes('first line');
  };
  await eventually(said, 'the job has said something', patient);
}

/** What makes the job `waits` end, done in its container. */
async function letEnd(name: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(testKubeconfig());
  const command = ['/bin/touch', '/go'];
  await new Promise<void>((resolve, reject) => {
    new Exec(config)
      .exec('default', name, 'test', command, new PassThrough(), null, null, false, ({ status, message }) =>
        status === 'Success' ? resolve() : reject(new Error(`The command ended with ${status}: ${message}`)),
      )
      .catch(reject);
  });
}

/** A file where the folder should be: nothing can be read or written. */
function storageAway(): () => void {
  const [storage, aside] = [join(dataDir, 'storage'), join(dataDir, 'storage-aside')];
  renameSync(storage, aside);
  writeFileSync(storage, '');
  return () => {
    rmSync(storage);
    renameSync(aside, storage);
  };
}

const failures = () => worker.log().split('in blob storage').length - 1;

test('Deck without a kubeconfig shows the log of a running pod, then the stored one', async () => {
  const name = await start('waits');
  await untilSaid(name);
  const id = await buildIdOf(name);

  await eventually(async () => (await deckLog('waits', id)) === 'first line\n', 'Deck has the live log', patient);
  await letEnd(name);
  expect((await untilEnded(name)).status.state).toBe('success');

  await eventually(async () => (await deckLog('waits', id)) === 'first line\nlast line\n', 'all of it', patient);
  expect(stored('waits', id, 'build-log.txt')).toBe('first line\nlast line\n');
});

test('64: a job that ends while storage is away ends once, with its state and its log, when it is back', async () => {
  const name = await start('waits');
  await untilSaid(name);
  const id = await buildIdOf(name);
  const before = failures();
  const back = storageAway();
  try {
    await letEnd(name);
    await eventually(() => failures() >= before + 3, 'storage was asked for in vain', patient);
    expect((await stateOf(name))?.status).toMatchObject({ state: 'pending' });
  } finally {
    back();
  }

  const job = await untilEnded(name);

  expect(job.status).toMatchObject({ state: 'success', description: 'Job succeeded.', build_id: id });
  expect(job.status.pod_revival_count).toBeUndefined();
  // Known when the workflow has ended, and with it everything is written.
  expect(await historyOf(temporal.client, name)).toMatchObject({
    endings: ['completed'],
    recorded: ['pending', 'success'],
    completed: { startRun: 1, watchRun: 1 },
  });
  expect(stored('waits', id, 'build-log.txt')).toBe('first line\nlast line\n');
  expect(JSON.parse(stored('waits', id, 'finished.json'))).toMatchObject({ passed: true, result: 'success' });
});

test('54: a job that is aborted while storage is away ends its pod at once, and leaves its last words when it is back', async () => {
  const name = await start('stays');
  await untilSaid(name);
  const id = await buildIdOf(name);
  const back = storageAway();
  try {
    await prowJobs.abort(name, { by: 'alice' });
    const isGone = async () => (await client.ask('GET', `/api/v1/namespaces/default/pods/${name}`)).status === 404;
    await eventually(isGone, 'the pod is gone', patient);
    expect((await stateOf(name))?.status).toMatchObject({ state: 'aborted' });
    expect((await stateOf(name))?.status.completionTime).toBeUndefined();
  } finally {
    back();
  }

  const job = await untilEnded(name);

  expect(job.status).toMatchObject({ state: 'aborted', description: `alice successfully aborted ${name}.` });
  await eventually(() => stored('stays', id, 'build-log.txt') === 'first line\nending\n', 'the log is there', patient);
  // The record is written a moment after the workflow knows.
  const recorded = () => (JSON.parse(stored('stays', id, 'prowjob.json')) as ProwJob).status.state;
  await eventually(() => recorded() === 'aborted', 'the end is recorded', patient);
});

test('two workers with one data directory: what one watches the other may end, and the log is whole', async () => {
  other = await startWorker(['runs'], settings());
  const names = await Promise.all(Array.from({ length: 4 }, () => start('stays')));
  for (const name of names) await untilSaid(name);
  const ids = await Promise.all(names.map(buildIdOf));

  for (const name of names) await prowJobs.abort(name, { by: 'alice' });
  for (const name of names) expect((await untilEnded(name)).status.state).toBe('aborted');

  for (const id of ids) expect(stored('stays', id, 'build-log.txt')).toBe('first line\nending\n');
  await other.end('SIGTERM');
});

test.each([
  ['no-secret', /^Pod pending timeout\. \(test: CreateContainerConfigError: secret "nobody-made-it" not found\)$/],
  ['no-image', /^Pod pending timeout\. \(test: (ErrImagePull|ImagePullBackOff): .*example\.test\/nobody\/made-it:v1/],
])('the job %s says what its pod lacks', async (name, description) => {
  const job = await untilEnded(await start(name));

  expect(job.status.state).toBe('error');
  expect(job.status.description).toMatch(description);
});
