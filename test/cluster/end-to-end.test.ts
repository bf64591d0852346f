/**
 * `bowsprit up --executor kubernetes` on a real cluster, with exactly the rights of deploy/kubernetes/build-cluster.yaml: from the
 * configuration to the log in Deck.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { dump } from 'js-yaml';
import type { ProwJob } from '../../domain/prowjob.ts';
import { freePort } from '../../workers/free-port.ts';
import { allowedCalls, applyManifests, readManifests } from '../harness/apply-manifests.ts';
import { addressForPods, testKubeconfig } from '../harness/cluster.ts';
import { temporalCliPath } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { startFakeS3, type FakeS3 } from '../harness/fake-s3.ts';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts';
import { httpAsk } from '../harness/http-ask.ts';
import { createKubeClient, type KubeClient } from '../harness/kube-client.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifests = readManifests(join(root, 'deploy/kubernetes/build-cluster.yaml'));
const pods = '/api/v1/namespaces/test-pods/pods';
/** The finalizer that Prow's own reporter puts on pods. */
const finalizer = 'prow.x-k8s.io/gcsk8sreporter';
const utilityImage = (name: string) => `us-docker.pkg.dev/k8s-infra-prow/images/${name}:v20240619-cfb8754e0`;
const slow = { timeoutMs: 150_000, intervalMs: 100 };

const job = (name: string, command: string[], more: object = {}) => ({
  name,
  cron: '0 0 1 1 *',
  agent: 'kubernetes',
  ...more,
  spec: { terminationGracePeriodSeconds: 1, containers: [{ image: 'alpine', command }] },
});
const shell = (script: string) => ['/bin/sh', '-c', script];
/** A job may call its artifacts what it likes. */
const oddNames = [
  'mkdir -p "$ARTIFACTS/a b/.." "$ARTIFACTS/..hidden"',
  'echo 1 > "$ARTIFACTS/a b/c#d?e=1&f.txt"',
  'echo 2 > "$ARTIFACTS/..hidden/%2e%2e.txt"',
  'echo 3 > "$ARTIFACTS/-rf *"',
].join('; ');
/** Runs where it may, and rather on a node that a test takes away. */
const wanderer = {
  name: 'wanderer',
  cron: '0 0 1 1 *',
  agent: 'kubernetes',
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ image: 'alpine', command: shell('echo here at last') }],
    tolerations: [{ operator: 'Exists' }],
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, preference: { matchExpressions: [{ key: 'doomed', operator: 'Exists' }] } },
        ],
      },
    },
  },
};
const jobs = {
  periodics: [
    wanderer,
    job('echo-test', ['/bin/date']),
    job('fails', shell('echo before the end; exit 3')),
    job('long', shell('echo started; exec sleep 1000')),
    job('decorated', shell('echo "artifact" > $ARTIFACTS/note.txt; echo "from $JOB_NAME"'), { decorate: true }),
    job('odd-names', shell(oddNames), { decorate: true }),
    job('decorated-no-clone', shell('echo never'), {
      decorate: true,
      extra_refs: [{ org: 'org', repo: 'repo', base_ref: 'main', clone_uri: 'file:///no/such/repo' }],
    }),
    job('decorated-fails', shell('echo going down; exit 7'), { decorate: true }),
  ],
};

let folder: string;
let admin: KubeClient;
let proxy: FaultProxy;
let s3: FakeS3 | undefined;
let up: ChildProcess;
let said = '';
let ended: Promise<void>;
let deckPort: number;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-e2e-'));
  admin = await createKubeClient(testKubeconfig());
  await applyManifests(admin, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test-pods' } }, ...manifests]);
  proxy = await startFaultProxy(await accountKubeconfig());
  const dataDir = join(folder, 'data');
  const host = addressForPods();
  if (host) {
    await untilPodsReachUs();
    const s3Folder = join(dataDir, 'storage', 'example');
    s3 = await startFakeS3({
      host,
      port: await freePort(),
      bucket: 'example',
      folder: s3Folder,
      metaFolder: join(folder, 's3-meta'),
    });
    await applyManifests(admin, [s3Secret(s3.endpoint)]);
  }
  deckPort = await freePort();
  const temporalPort = await freePort();
  environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('BOWSPRIT_'))),
    TEMPORAL_CLI_PATH: temporalCliPath(),
    BOWSPRIT_TEMPORAL_PORT: String(temporalPort),
  };
  const flags = {
    'config-path': writeConfig(),
    'job-config-path': writeJson('jobs.yaml', jobs),
    'data-dir': dataDir,
    port: deckPort,
    'temporal-port': temporalPort,
    'temporal-ui-port': await freePort(),
    executor: 'kubernetes',
    kubeconfig: proxy.kubeconfig,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  up = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'up', ...args], { env: environment, cwd: root });
  up.stdout?.on('data', (chunk) => (said += String(chunk)));
  up.stderr?.on('data', (chunk) => (said += String(chunk)));
  ended = new Promise((resolve) => up.once('close', () => resolve()));
  await eventually(() => said.includes('ready in') || up.exitCode !== null, 'the system is ready', slow);
  if (up.exitCode !== null) throw new Error(`The system did not come up:\n${said}`);
}, 180_000);

afterAll(async () => {
  up?.kill('SIGINT');
  await ended;
  await s3?.stop();
  await proxy?.stop();
  await admin?.ask('DELETE', `${pods}?gracePeriodSeconds=0`);
  admin?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

/** The address at which they do is there once the first pod has been. */
async function untilPodsReachUs(): Promise<void> {
  const name = 'first-pod';
  const spec = { restartPolicy: 'Never', containers: [{ name: 'test', image: 'alpine', command: ['/bin/true'] }] };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
  // The namespace is new: its service account is made a moment later.
  const isMade = async () => [201, 409].includes((await admin.ask('POST', pods, { body })).status);
  await eventually(isMade, 'a first pod is made', slow);
  const hasEnded = async () => (await admin.ask<Pod>('GET', `${pods}/${name}`)).body.status?.phase === 'Succeeded';
  await eventually(hasEnded, 'a first pod has run', slow);
}

/** What kubectl would write for the service account: a token of its own, and no other right. */
async function accountKubeconfig(): Promise<string> {
  const path = '/api/v1/namespaces/test-pods/serviceaccounts/bowsprit-runs/token';
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { body: answer } = await admin.ask<{ status: { token: string } }>('POST', path, { body });
  const config = new KubeConfig();
  config.loadFromFile(testKubeconfig());
  const cluster = config.getCurrentCluster();
  return writeText(
    'account-kubeconfig',
    dump({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'default',
      clusters: [{ name: 'c', cluster: { server: cluster?.server, 'certificate-authority-data': cluster?.caData } }],
      users: [{ name: 'runs', user: { token: answer.status.token } }],
      contexts: [{ name: 'default', context: { cluster: 'c', user: 'runs' } }],
    }),
  );
}

function s3Secret(endpoint: string) {
  const access = {
    region: 'test',
    endpoint,
    insecure: true,
    s3_force_path_style: true,
    access_key: 'test',
    secret_key: randomBytes(8).toString('hex'),
  };
  const stringData = { 'service-account.json': JSON.stringify(access) };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's3', namespace: 'test-pods' }, stringData };
}

function writeConfig(): string {
  const utilities = ['clonerefs', 'initupload', 'entrypoint', 'sidecar'];
  const decoration = {
    timeout: '10m',
    grace_period: '5s',
    utility_images: Object.fromEntries(utilities.map((name) => [name, utilityImage(name)])),
    gcs_configuration: { bucket: 's3://example', path_strategy: 'explicit' },
    s3_credentials_secret: 's3',
  };
  return writeJson('config.yaml', {
    prowjob_namespace: 'default',
    pod_namespace: 'test-pods',
    plank: { default_decoration_config_entries: [{ config: decoration }] },
    deck: { rerun_auth_configs: { '*': { allow_anyone: true } } },
  });
}

/** JSON is YAML. */
const writeJson = (name: string, value: object) => writeText(name, JSON.stringify(value));

function writeText(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

async function bowsprit(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { env: environment, cwd: root });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  child.stderr.on('data', (chunk) => (text += String(chunk)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`bowsprit ${args.join(' ')} ended with ${String(code)}: ${text}`);
  return text;
}

async function newest(name: string): Promise<ProwJob | undefined> {
  const { items } = (await httpAsk(deckPort, '/prowjobs.js')).json<{ items: ProwJob[] }>();
  return items.find(({ spec }) => spec.job === name);
}

async function inState(name: string, ...states: string[]): Promise<ProwJob> {
  let found: ProwJob | undefined;
  const isSo = async () => {
    found = await newest(name);
    return found !== undefined && states.includes(found.status.state);
  };
  try {
    await eventually(isSo, `${name} is ${states.join(' or ')}`, slow);
  } catch (error) {
    throw new Error(`${name}: ${JSON.stringify(found?.status)}\n${said}`, { cause: error });
  }
  return found as ProwJob;
}

const logOf = async ({ spec, status }: ProwJob) =>
  (await httpAsk(deckPort, `/log?job=${spec.job}&id=${status.build_id}`)).body;

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec?: { nodeName?: string };
  status: { phase: string };
}
const podOf = async ({ metadata }: ProwJob) => await admin.ask<Pod>('GET', `${pods}/${metadata.name}`);

const done = ['success', 'failure', 'error', 'aborted'];

// On a cluster of somebody else there is no making of nodes.
const own = addressForPods() ? describe : describe.skip;
own('a node that goes (own cluster only)', () => {
  const node = '/api/v1/nodes/doomed';

  test('takes a job, and does not exist any more', async () => {
    await admin.ask('POST', '/api/v1/nodes', {
      body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'doomed', labels: { doomed: 'yes' } } },
    });
    const room = { cpu: '8', memory: '8Gi', pods: '10' };
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      lastHeartbeatTime: new Date().toISOString(),
    };
    await admin.ask('PATCH', `${node}/status`, {
      contentType: 'application/merge-patch+json',
      body: { status: { capacity: room, allocatable: room, conditions: [ready] } },
    });
    await bowsprit('job', 'start', 'wanderer');
    const first = await inState('wanderer', 'pending');
    const isThere = async () => (await podOf(first)).body.spec?.nodeName === 'doomed';
    await eventually(isThere, 'the pod is on the node', slow);
    await admin.ask('PATCH', `${pods}/${first.metadata.name}/status`, {
      contentType: 'application/merge-patch+json',
      body: { status: { phase: 'Running', startTime: new Date().toISOString() } },
    });

    expect((await admin.ask('DELETE', node)).status).toBe(200);
  });
});

test('echo-test succeeds, and its date is in the log', async () => {
  await bowsprit('job', 'start', 'echo-test');

  const prowJob = await inState('echo-test', ...done);

  expect(prowJob.status).toMatchObject({ state: 'success', description: 'Job succeeded.' });
  expect(await logOf(prowJob)).toMatch(/^\w{3} .*\d{2}:\d{2}:\d{2}.*\n$/);
  expect((await podOf(prowJob)).body.status.phase).toBe('Succeeded');
});

test('a failing job fails, and its log says what it said', async () => {
  await bowsprit('job', 'start', 'fails');

  const prowJob = await inState('fails', ...done);

  expect(prowJob.status.state).toBe('failure');
  expect(await logOf(prowJob)).toBe('before the end\n');
});

test("an aborted job's pod is deleted, also with the finalizer of Prow's reporter", async () => {
  await bowsprit('job', 'start', 'long');
  const running = await inState('long', 'pending');
  await eventually(async () => (await podOf(running)).body.status?.phase === 'Running', 'the pod runs', slow);
  const body = { metadata: { finalizers: [finalizer] } };
  await admin.ask('PATCH', `${pods}/${running.metadata.name}`, { contentType: 'application/merge-patch+json', body });
  await eventually(async () => (await logOf(running)).includes('started'), 'the live log is in Deck', slow);

  await bowsprit('job', 'abort', 'long');

  const prowJob = await inState('long', 'aborted');
  expect(await logOf(prowJob)).toBe('started\n');
  await eventually(async () => (await podOf(prowJob)).status === 404, 'the pod is gone', slow);
});

// The utility images are built from Prow's own module; they upload to an S3 server of the test.
own("with Prow's pod utilities (own cluster only)", () => {
  // Fetching is tried for about a minute before the clone has failed.
  beforeAll(async () => void (await bowsprit('job', 'start', 'decorated-no-clone')));

  test('a decorated job succeeds; log and artifacts are what its sidecar uploaded', async () => {
    await bowsprit('job', 'start', 'decorated');

    const prowJob = await inState('decorated', ...done);

    expect(prowJob.status).toMatchObject({ state: 'success' });
    expect(await logOf(prowJob)).toContain('from decorated\n');
    const run = `logs/decorated/${prowJob.status.build_id}`;
    const file = async (path: string) => await (await fetch(`${s3?.endpoint}/example/${run}/${path}`)).text();
    expect(await file('artifacts/note.txt')).toBe('artifact\n');
    expect(JSON.parse(await file('finished.json'))).toMatchObject({ passed: true, result: 'SUCCESS' });
  });

  test('a decorated job that fails has failed in every record', async () => {
    await bowsprit('job', 'start', 'decorated-fails');

    const prowJob = await inState('decorated-fails', ...done);

    expect(prowJob.status.state).toBe('failure');
    expect(await logOf(prowJob)).toContain('going down\n');
  });

  test('artifacts with odd names are below the run, and Deck gives each of them', async () => {
    await bowsprit('job', 'start', 'odd-names');

    const prowJob = await inState('odd-names', ...done);

    expect(prowJob.status).toMatchObject({ state: 'success' });
    const run = `/artifact/example/logs/odd-names/${prowJob.status.build_id}`;
    const stored = join(folder, 'data/storage/example/logs/odd-names', prowJob.status.build_id ?? '', 'artifacts');
    // The uploader takes names for parts of a URL.
    expect(readdirSync(stored, { recursive: true }).map(String).toSorted()).toEqual([
      '-rf *',
      '..hidden',
      '..hidden/...txt',
      'a b',
      'a b/c#d',
    ]);
    const artifact = async (...parts: string[]) =>
      await httpAsk(deckPort, [run, 'artifacts', ...parts.map(encodeURIComponent)].join('/'));
    expect(await artifact('a b', 'c#d')).toMatchObject({ statusCode: 200, body: '1\n' });
    expect(await artifact('..hidden', '...txt')).toMatchObject({ statusCode: 200, body: '2\n' });
    expect(await artifact('-rf *')).toMatchObject({ statusCode: 200, body: '3\n' });
    expect((await artifact('..', '..', '..', '..', 'jobs.yaml')).statusCode).toBe(404);
  });

  test('60: a clone that fails fails the job, whose log says why', async () => {
    const prowJob = await inState('decorated-no-clone', ...done);

    expect(prowJob.status).toMatchObject({
      state: 'failure',
      description: expect.stringMatching(/^Job failed\. \(init container initupload: /),
    });
    expect(await logOf(prowJob)).toContain('/no/such/repo');
    const run = `logs/decorated-no-clone/${prowJob.status.build_id}`;
    const finished = await (await fetch(`${s3?.endpoint}/example/${run}/finished.json`)).json();
    expect(finished).toMatchObject({ passed: false, result: 'FAILURE' });
  }, 180_000);
});

own('a job whose node has gone (own cluster only)', () => {
  test('runs again on another one, with a new build id', async () => {
    const prowJob = await inState('wanderer', ...done);

    expect(prowJob.status).toMatchObject({ state: 'success', pod_revival_count: 1 });
    expect(await logOf(prowJob)).toBe('here at last\n');
    expect((await podOf(prowJob)).body.spec?.nodeName).not.toBe('doomed');
  }, 180_000);
});

test('the rights of build-cluster.yaml are the calls that were made, no more and no less', () => {
  const used = [...proxy.requests().keys()].toSorted();

  expect(used).toEqual([...allowedCalls(manifests)].toSorted());
});
