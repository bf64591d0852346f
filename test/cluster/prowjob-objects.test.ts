/** ProwJobs as objects on a real API server, with the real kubectl: created, listed, aborted and deleted there. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { dump, load, loadAll } from 'js-yaml';
import { createExecutions } from '../../clients/temporal/executions.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import type { ProwJobs } from '../../clients/temporal/api.ts';
import { objectKeys } from '../../domain/prowjob-objects/object.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { findProgram } from '../../scripts/cluster/run-program.ts';
import { startTestApiServer, type TestApiServer } from '../harness/cluster.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { startFaultProxy, type FaultProxy } from '../harness/fault-proxy.ts';
import { startRole, startWorker, type WorkerProcess } from '../harness/worker-process.ts';

const patient = { timeoutMs: 90_000, intervalMs: 200 };
const run = promisify(execFile);
const namespace = 'jobs';
const kubectlPath = findProgram('kubectl') ?? '';
if (!kubectlPath) process.stderr.write('skipped: test/cluster/prowjob-objects.test.ts needs kubectl\n');

type ProwJobObject = ProwJob & {
  metadata: { uid: string; deletionTimestamp?: string; finalizers?: string[] };
};

let folder: string;
let server: TestApiServer;
let proxy: FaultProxy;
let temporal: TestWorkflowEnvironment;
let prowJobs: ProwJobs;
let control: WorkerProcess;
let bridge: WorkerProcess;
let runner: WorkerProcess;

const periodic = (name: string, seconds: number) => ({
  name,
  // Only started by the tests.
  cron: '0 0 29 2 *',
  decorate: false,
  spec: { containers: [{ name: 'test', image: 'alpine', command: ['sleep'], args: [String(seconds)] }] },
});

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await run(kubectlPath, ['--kubeconfig', server.kubeconfig, '--namespace', namespace, ...args]);
  return stdout;
}

async function mkpj(job: string): Promise<string> {
  const program = new URL('../../dist/cli/main.js', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [
    program,
    'mkpj',
    '--job',
    job,
    '--config-path',
    settings().configPath,
  ]);
  return stdout;
}

/** What a person does with a file. */
async function create(text: string, name = randomUUID()): Promise<string> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return (await kubectl('create', '--filename', file, '--output', 'name')).trim().replace('prowjob.prow.k8s.io/', '');
}

async function objects(): Promise<ProwJobObject[]> {
  const { items } = JSON.parse(await kubectl('get', 'prowjobs', '--output', 'json')) as { items: ProwJobObject[] };
  return items;
}

const object = async (name: string) => (await objects()).find(({ metadata }) => metadata.name === name);

async function untilObject(
  name: string,
  what: string,
  check: (object: ProwJobObject | undefined) => boolean,
): Promise<ProwJobObject | undefined> {
  let found: ProwJobObject | undefined;
  await eventually(async () => check((found = await object(name))), `object ${name} ${what}`, patient).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}\n${JSON.stringify(found, null, 1)}\n${bridge.log()}`);
    },
  );
  return found;
}

const untilState = async (name: string, state: string) =>
  await untilObject(
    name,
    `is ${state}`,
    (found) =>
      found?.status?.state === state &&
      (['triggered', 'pending'].includes(state) || Boolean(found.status.completionTime)),
  );
const untilGone = async (name: string) => await untilObject(name, 'is gone', (found) => found === undefined);

async function nameOfJob(objectName: string): Promise<string> {
  const found = await untilObject(objectName, 'names its job', (each) =>
    Boolean(each?.metadata.annotations?.[objectKeys.prowJob]),
  );
  return found?.metadata.annotations[objectKeys.prowJob] ?? '';
}

async function untilJob(name: string, state: string): Promise<ProwJob> {
  let job: ProwJob | undefined;
  const isThere = async () => {
    const summary = await prowJobs.find(name);
    job = summary && (await prowJobs.state(summary));
    return job?.status.state === state;
  };
  await eventually(isThere, `job ${name} is ${state}`, patient);
  if (!job) throw new Error('The job is not known.');
  return job;
}

function settings() {
  return {
    configPath: join(folder, 'config.yaml'),
    dataDir: folder,
    temporalAddress: temporal?.address,
    kubeconfig: [proxy?.kubeconfig ?? ''],
    noInClusterConfig: true,
  };
}

const startBridge = async () => {
  const { contexts = [] } = load(readFileSync(proxy.kubeconfig, 'utf8')) as { contexts?: { name: string }[] };
  return await startRole('prowjob-objects', [], { ...settings(), prowjobObjects: contexts[0]?.name });
};

/** The definition of the repository, or one that differs. */
async function define(change: (definition: Definition) => void = () => undefined): Promise<void> {
  const text = readFileSync(new URL('../../deploy/kubernetes/prowjob-crd.yaml', import.meta.url), 'utf8');
  const definition = loadAll(text)[0] as Definition;
  change(definition);
  const file = join(folder, 'definition.yaml');
  writeFileSync(file, dump(definition));
  await kubectl('apply', '--filename', file);
  await untilDefined();
}

async function untilDefined(): Promise<void> {
  const isThere = async () =>
    await objects().then(
      () => true,
      () => false,
    );
  await eventually(isThere, 'ProwJobs are defined', patient);
}

/** The file in the module that the test cluster's programs are built from; undefined where it is not at hand. */
async function prowsDefinition(): Promise<string | undefined> {
  const cwd = new URL('../../scripts/cluster/utilities/', import.meta.url).pathname;
  const found = await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/prow'], { cwd }).catch(() => undefined);
  const dir = found?.stdout.trim();
  const source = `${dir}/config/prow/cluster/prowjob-crd/prowjob_customresourcedefinition.yaml`;
  if (!dir || !existsSync(source)) return undefined;
  const file = join(folder, 'prows-definition.json');
  // With all its explanations this version is too large for the etcd of the test.
  const text = JSON.stringify(load(readFileSync(source, 'utf8')), (key, value: unknown) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  writeFileSync(file, text);
  return file;
}

interface Definition {
  spec: { versions: { subresources?: object }[] };
}

beforeAll(async () => {
  if (!kubectlPath) return;
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-prowjob-objects-'));
  server = await startTestApiServer();
  await kubectl('create', 'namespace', namespace);
  proxy = await startFaultProxy(server.kubeconfig);
  temporal = await startDevServer();
  prowJobs = createProwJobs(temporal.client);
  const config = {
    prowjob_namespace: namespace,
    plank: {},
    periodics: [periodic('quick', 0), periodic('long', 3_600)],
  };
  writeFileSync(join(folder, 'config.yaml'), dump(config));
  control = await startWorker(['workflows', 'admin', 'reports'], settings());
  runner = await startWorker(['runs'], settings());
  bridge = await startBridge();
  // The bridge waits for it.
  await define();
}, 300_000);

afterAll(async () => {
  await bridge?.end('SIGKILL');
  await runner?.end('SIGTERM');
  await control?.end('SIGKILL');
  await temporal?.teardown();
  await proxy?.stop();
  await server?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

(kubectlPath ? describe : describe.skip)('ProwJob objects', () => {
  test('what mkpj prints starts a job, whose states and record its object shows', async () => {
    const name = await create(await mkpj('quick'));

    const found = await untilState(name, 'success');

    const job = await untilJob(await nameOfJob(name), 'success');
    expect(found?.status).toEqual({ ...job.status, url: expect.stringContaining(job.status.build_id ?? '-') });
    expect(found?.metadata.finalizers ?? []).toEqual([]);
    expect(found?.spec.pod_spec?.containers).toEqual(job.spec.pod_spec?.containers);
    expect(job.metadata.annotations[objectKeys.object]).toBe(`${namespace}/${name}`);
  });

  test('kubectl get prowjobs shows every job in its state, once', async () => {
    const { prowJob: running } = await prowJobs.start({ job: 'long' });
    const { prowJob: ended } = await prowJobs.start({ job: 'quick' });
    const created = await create(await mkpj('quick'));
    for (const name of [ended, created]) await untilState(name, 'success');
    await untilState(running, 'pending');

    const table = await kubectl('get', 'prowjobs', '--no-headers');

    const row = (name: string) => table.split('\n').filter((line) => line.startsWith(name));
    expect(row(running)[0]).toMatch(/ long .* pending$/);
    expect(row(ended)[0]).toMatch(/ quick .* success$/);
    expect([row(running), row(ended), row(created)].map((rows) => rows.length)).toEqual([1, 1, 1]);
    expect(row(await nameOfJob(created))).toEqual([]);
    expect((await object(running))?.spec.pod_spec?.containers).toHaveLength(1);
    await prowJobs.abort(running, { by: 'alice' });
    await untilState(running, 'aborted');
  });

  test('a state set to aborted aborts the job, with the words given', async () => {
    const name = await create(await mkpj('long'));
    await untilState(name, 'pending');

    const patch = { status: { state: 'aborted', description: 'not needed any more' } };
    await kubectl('patch', 'prowjob', name, '--type', 'merge', '--patch', JSON.stringify(patch));

    const found = await untilState(name, 'aborted');
    const job = await untilJob(await nameOfJob(name), 'aborted');
    expect(job.status.description).toBe(
      `Aborted through Kubernetes: the state of ProwJob object jobs/${name} was set to aborted: not needed any more`,
    );
    expect(found?.status.description).toBe(job.status.description);
  });

  test('deleting an object aborts its job; it goes when the job has ended, and does not come back', async () => {
    const { prowJob: started } = await prowJobs.start({ job: 'long' });
    const created = await create(await mkpj('long'));
    for (const name of [started, created]) await untilState(name, 'pending');
    const job = await nameOfJob(created);

    await kubectl('delete', 'prowjob', started, created, '--timeout', '90s');

    for (const name of [started, job]) {
      const { status } = await untilJob(name, 'aborted');
      expect(status.completionTime).toBeDefined();
      expect(status.description).toMatch(/^Aborted through Kubernetes: ProwJob object jobs\/\S+ was deleted\.$/);
    }
    // Whatever comes after this start has seen them.
    await untilState(await create(await mkpj('quick')), 'success');
    const names = (await objects()).map(({ metadata }) => metadata.name);
    expect(names).not.toContain(started);
    expect(names).not.toContain(created);
    expect(names).not.toContain(job);
  });

  test('what happens while the bridge is down is done when it is back, once', async () => {
    const toDelete = await create(await mkpj('long'));
    const toAbort = await create(await mkpj('long'));
    for (const name of [toDelete, toAbort]) await untilState(name, 'pending');
    const deletedJob = await nameOfJob(toDelete);

    await bridge.end('SIGKILL');
    await kubectl('delete', 'prowjob', toDelete, '--wait=false');
    await kubectl('patch', 'prowjob', toAbort, '--type', 'merge', '--patch', '{"status":{"state":"aborted"}}');
    const createdMeanwhile = await create(await mkpj('quick'));
    const { prowJob: startedMeanwhile } = await prowJobs.start({ job: 'quick' });
    await untilJob(startedMeanwhile, 'success');
    bridge = await startBridge();

    await untilGone(toDelete);
    await untilState(toAbort, 'aborted');
    await untilState(createdMeanwhile, 'success');
    await untilState(startedMeanwhile, 'success');
    await untilJob(deletedJob, 'aborted');
    expect(await object(deletedJob)).toBeUndefined();
  });

  test('a bridge that is killed in the middle of a start does not start twice', async () => {
    const text = await mkpj('quick');
    proxy.faults = { loseAnswers: { times: 1_000, method: 'PATCH', path: /prowjobs/ } };
    const names = [await create(text), await create(text.replace(/name: [0-9a-f-]{36}/, `name: ${randomUUID()}`))];
    for (const name of names) {
      await untilObject(name, 'is claimed', (found) => Boolean(found?.metadata.annotations?.[objectKeys.workflow]));
    }
    await bridge.end('SIGKILL');
    proxy.faults = {};

    bridge = await startBridge();

    for (const name of names) {
      const job = (await untilState(name, 'success'))?.metadata.annotations[objectKeys.prowJob] ?? '';
      const uid = (await object(name))?.metadata.uid;
      const { body } = { body: await objects() };
      expect(body.filter(({ metadata }) => metadata.annotations?.[objectKeys.prowJob] === job)).toHaveLength(1);
      expect((await untilJob(job, 'success')).metadata.annotations[objectKeys.uid]).toBe(uid);
      let runs = 0;
      for await (const summary of prowJobs.list()) {
        const started = await prowJobs.state(summary);
        if (started?.metadata.annotations[objectKeys.uid] === uid) runs += 1;
      }
      expect(runs).toBe(1);
    }
  });

  test('an object that is no runnable ProwJob ends in error, in words, and keeps nobody waiting', async () => {
    const pj = (name: string, spec: object) =>
      dump({ apiVersion: 'prow.k8s.io/v1', kind: 'ProwJob', metadata: { name }, spec });
    const bad = await create(
      pj('bad', { job: 'x', type: 'periodic', agent: 'kubernetes', decoration_config: { timeout: 'a day' } }),
    );
    const jenkins = await create(pj('jenkins', { job: 'x', type: 'periodic', agent: 'jenkins' }));
    const good = await create(await mkpj('quick'));

    await untilState(good, 'success');

    expect((await untilState(bad, 'error'))?.status.description).toMatch(
      /^The ProwJob cannot be run: spec\.decoration_config\.timeout: must be a duration/,
    );
    expect((await untilState(jenkins, 'error'))?.status.description).toMatch(/spec\.agent: must be kubernetes/);
    await kubectl('delete', 'prowjob', bad, jenkins);
  });

  test('an object that was edited by hand says what its job says again', async () => {
    const name = await create(await mkpj('quick'));
    const before = await untilState(name, 'success');

    const patch = { spec: { job: 'other' }, status: { state: 'pending', build_id: '7', completionTime: null } };
    await kubectl('patch', 'prowjob', name, '--type', 'merge', '--patch', JSON.stringify(patch));

    const after = await untilObject(
      name,
      'is as before',
      (found) => found?.spec.job === 'quick' && found.status.state === 'success',
    );
    expect(after?.status).toEqual(before?.status);
  });

  test('a copy of an object is a new job', async () => {
    const name = await create(await mkpj('quick'));
    await untilState(name, 'success');
    const { metadata, status: _status, ...rest } = (await object(name)) as ProwJobObject;
    const copy = { ...rest, metadata: { name: `copy-${name}`, annotations: metadata.annotations } };

    await create(dump(copy));

    await untilState(copy.metadata.name, 'success');
    expect(await nameOfJob(copy.metadata.name)).not.toBe(await nameOfJob(name));
  });

  test('an object whose ProwJob was swept goes, and no other', async () => {
    const { prowJob: swept } = await prowJobs.start({ job: 'quick' });
    const { prowJob: kept } = await prowJobs.start({ job: 'quick' });
    for (const name of [swept, kept]) await untilState(name, 'success');
    const executions = createExecutions(temporal.client);
    const summary = await prowJobs.find(swept);
    await bridge.end('SIGTERM');

    if (summary) await executions.delete(summary);
    await eventually(async () => !(await prowJobs.find(swept)), 'the execution is gone', patient);
    bridge = await startBridge();

    await untilGone(swept);
    expect(await object(kept)).toBeDefined();
  });

  test('a job too large for Kubernetes is shown without its pod spec', async () => {
    const env = Array.from({ length: 12 }, (_, index) => ({ name: `LARGE_${index}`, value: 'x'.repeat(100_000) }));
    const spec: ProwJob['spec'] = {
      job: 'large',
      type: 'periodic',
      agent: 'kubernetes',
      pod_spec: { containers: [{ name: 'test', image: 'alpine', command: ['true'], env }] },
    };
    const { prowJob } = await prowJobs.start({ job: 'large', given: { spec } });

    const found = await untilState(prowJob, 'success');

    expect(found?.spec).toEqual({ job: 'large', type: 'periodic', agent: 'kubernetes' });
    expect(found?.metadata.annotations[objectKeys.shortened]).toBe('true');
  });

  test('the bridge needs the rights of deploy/kubernetes/prowjob-objects.yaml, and no others', () => {
    const text = readFileSync(new URL('../../deploy/kubernetes/prowjob-objects.yaml', import.meta.url), 'utf8');
    const { rules } = (loadAll(text) as { kind: string; rules: { resources: string[]; verbs: string[] }[] }[]).find(
      ({ kind }) => kind === 'Role',
    ) ?? { rules: [] };
    const granted = rules
      .flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)))
      .filter((right) => right !== 'patch prowjobs/status');

    // Everybody may ask which resources there are.
    const used = [...proxy.requests().keys()].filter((right) => right !== 'get /apis/prow.k8s.io/v1');

    expect(used.sort()).toEqual(granted.sort());
  });

  test("Prow's own definition works as well", async () => {
    const definition = await prowsDefinition();
    if (!definition) {
      process.stderr.write("skipped: Prow's definition of ProwJobs needs Go and the modules of the test cluster\n");
      return;
    }
    // With the definition all objects go; what has ended does not come back.
    await kubectl('delete', 'crd', 'prowjobs.prow.k8s.io', '--timeout', '90s');
    await kubectl('create', '--filename', definition);
    await untilDefined();
    const created = await create(await mkpj('long'));
    const { prowJob: started } = await prowJobs.start({ job: 'quick' });
    await untilState(created, 'pending');
    await untilState(started, 'success');

    await kubectl('patch', 'prowjob', created, '--type', 'merge', '--patch', '{"status":{"state":"aborted"}}');

    await untilState(created, 'aborted');
    proxy.forget();
    await untilState(await create(await mkpj('quick')), 'success');
    // Claimed, named, and each state once or twice: what the definition adds or cuts is not written again and again.
    expect(proxy.requests().get('patch prowjobs')).toBeLessThan(12);
  });

  test('a definition with a status of its own works as well', async () => {
    await define((definition) => {
      for (const version of definition.spec.versions) version.subresources = { status: {} };
    });
    await bridge.end('SIGTERM');
    bridge = await startBridge();
    const created = await create(await mkpj('long'));
    const { prowJob: started } = await prowJobs.start({ job: 'quick' });
    await untilState(created, 'pending');
    await untilState(started, 'success');

    const abort = ['--subresource', 'status', '--type', 'merge', '--patch', '{"status":{"state":"aborted"}}'];
    await kubectl('patch', 'prowjob', created, ...abort);

    await untilState(created, 'aborted');
    await untilObject(created, 'is let go', (found) => !found?.metadata.finalizers?.length);
  });
});
