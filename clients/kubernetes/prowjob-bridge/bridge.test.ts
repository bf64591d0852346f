/** What an API server and a Temporal server can do to the bridge; the rest is in test/cluster/prowjob-objects.test.ts. */
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';
import { objectKeys } from '../../../domain/prowjob-objects/object.ts';
import type { ProwJob } from '../../../domain/prowjob.ts';
import { createLogger } from '../../../telemetry/logger.ts';
import { endedProwJob, prowJob } from '../../../test/fixtures/prowjob.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { RefusedError } from '../../temporal/api.ts';
import { ApiRefusal } from '../api-error.ts';
import type { MergePatch, ProwJobObject, ProwJobObjectsApi } from '../prowjob-objects-api.ts';
import { createProwJobBridge, type JobItem, type ProwJobBridge, type ProwJobBridgeOptions } from './bridge.ts';

/** An API server in memory, with its versions and its watch. */
class FakeServer implements ProwJobObjectsApi {
  readonly objects = new Map<string, ProwJobObject>();
  readonly #watches = new Set<PassThrough>();
  #version = 0;
  /** Called before each creation; may throw. */
  onCreate: (object: ProwJobObject) => void = () => undefined;
  /** Called before each patch. */
  onPatch: (name: string) => void = () => undefined;

  definition = () => Promise.resolve({ ownStatus: false });
  listPage = () =>
    Promise.resolve({ metadata: { resourceVersion: String(this.#version) }, items: [...this.objects.values()] });
  get = (name: string) => Promise.resolve(this.objects.get(name));
  patchStatus = this.patch.bind(this);

  watch({ signal }: { signal: AbortSignal }) {
    const stream = new PassThrough();
    this.#watches.add(stream);
    signal.addEventListener('abort', () => stream.destroy(new Error('ended')));
    return Promise.resolve(stream as unknown as IncomingMessage);
  }

  async create(given: object): Promise<ProwJobObject> {
    const object = given as ProwJobObject;
    this.onCreate(object);
    return await Promise.resolve(this.put(object));
  }

  async patch(name: string, version: string, patch: MergePatch): Promise<ProwJobObject | undefined> {
    this.onPatch(name);
    const object = this.objects.get(name);
    if (!object) return undefined;
    if (object.metadata.resourceVersion !== version) throw refusal(409);
    return await Promise.resolve(this.put(merged(object, patch) as ProwJobObject));
  }

  delete(name: string): Promise<void> {
    const object = this.objects.get(name);
    this.objects.delete(name);
    if (object) this.#tell('DELETED', object);
    return Promise.resolve();
  }

  /** What somebody else does. */
  put(object: ProwJobObject): ProwJobObject {
    const { name } = object.metadata;
    const before = this.objects.get(name);
    this.#version += 1;
    const metadata = {
      ...object.metadata,
      uid: before?.metadata.uid ?? `uid-of-${name}`,
      creationTimestamp: before?.metadata.creationTimestamp ?? new Date().toISOString(),
      resourceVersion: String(this.#version),
    };
    const stored = { ...object, metadata };
    this.objects.set(name, stored);
    this.#tell(before ? 'MODIFIED' : 'ADDED', stored);
    return stored;
  }

  edit(name: string, patch: MergePatch): void {
    this.put(merged(this.objects.get(name) ?? {}, patch) as ProwJobObject);
  }

  state = (name: string) => this.objects.get(name)?.status?.['state'];

  #tell(type: string, object: ProwJobObject): void {
    for (const stream of this.#watches) stream.write(`${JSON.stringify({ type, object })}\n`);
  }
}

/** By the rules of JSON merge patch. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key] ?? {}, value);
  }
  return result;
}

const refusal = (status: number) => new ApiRefusal('write', status, { message: `a fault of the test: ${status}` });

/** Deck's read model, told what there is. */
function createJobs() {
  const items = new Map<string, JobItem>();
  const listeners = new Set<(changes: { changed: JobItem[]; removed: string[] }) => void>();
  return {
    ready: () => true,
    items: () => [...items.values()],
    item: (name: string) => items.get(name),
    full: (name: string) => Promise.resolve(items.get(name)?.prowJob),
    onChange(listener: (changes: { changed: JobItem[]; removed: string[] }) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(one: ProwJob, workflowId = `job:${one.metadata.name}`) {
      const item = { prowJob: one, workflowId };
      items.set(one.metadata.name, item);
      for (const listener of listeners) listener({ changed: [item], removed: [] });
    },
  };
}

const created = (name: string): ProwJobObject =>
  ({ kind: 'ProwJob', metadata: { name }, spec: { job: 'echo-test', type: 'periodic' } }) as unknown as ProwJobObject;

const bridges: ProwJobBridge[] = [];
afterEach(async () => {
  for (const bridge of bridges.splice(0)) await bridge.close();
});

function start(prowJobs: Partial<ProwJobBridgeOptions['prowJobs']> = {}) {
  const server = new FakeServer();
  const jobs = createJobs();
  const bridge = createProwJobBridge({
    api: server,
    cluster: 'c',
    namespace: 'jobs',
    jobs,
    prowJobs: {
      start: () => Promise.reject(new Error('not expected')),
      abort: () => Promise.reject(new Error('not expected')),
      find: () => Promise.resolve(undefined),
      ...prowJobs,
    },
    decode: () => prowJob(),
    maxAgeMs: () => 86_400_000,
    logger: createLogger({ component: 'test', level: 'silent' }),
    retryMs: { first: 5, longest: 50 },
  });
  bridges.push(bridge);
  return { server, jobs, bridge };
}

test('starts that wait for a worker keep nobody else waiting', async () => {
  let asked = 0;
  const { server, jobs, bridge } = start({
    start: async () => {
      asked += 1;
      return await new Promise(() => undefined);
    },
  });
  await eventually(() => bridge.ready(), 'the bridge is ready');
  for (let index = 0; index < 30; index += 1) server.put(created(`waits-${index}`));
  await eventually(() => asked === 30, 'all are being started');
  const job = endedProwJob('success');

  jobs.set(job);

  await eventually(() => server.state(job.metadata.name) === 'success', 'the job is shown');
});

test('a refused start ends the object in error, in the words of the refusal', async () => {
  const { server, bridge } = start({ start: () => Promise.reject(new RefusedError('SpecInvalid', 'no container')) });
  await eventually(() => bridge.ready(), 'the bridge is ready');

  server.put(created('bad'));

  await eventually(() => server.state('bad') === 'error', 'the object has ended');
  const { status, metadata } = server.objects.get('bad') ?? {};
  expect(status).toMatchObject({ description: 'no container', completionTime: expect.any(String) });
  expect(metadata?.finalizers).toEqual([]);
});

test('missing rights are tried again until they are there', async () => {
  const { server, jobs, bridge } = start();
  let refusals = 3;
  server.onCreate = () => {
    if (refusals > 0) {
      refusals -= 1;
      throw refusal(403);
    }
  };
  await eventually(() => bridge.ready(), 'the bridge is ready');
  const job = prowJob();

  jobs.set(job);

  await eventually(() => server.state(job.metadata.name) === 'triggered', 'the job is shown');
  expect(refusals).toBe(0);
});

test('what is refused as it is goes shortened, and what is refused for ever is left out', async () => {
  const { server, jobs, bridge } = start();
  const [never, shortly, fine] = [prowJob(), prowJob({ metadata: { labels: { bad: '!' } } }), prowJob()];
  let attempts = 0;
  server.onCreate = ({ metadata }) => {
    if (metadata.name === never.metadata.name) attempts += 1;
    if (metadata.name === never.metadata.name || metadata.labels?.['bad']) throw refusal(422);
  };
  await eventually(() => bridge.ready(), 'the bridge is ready');

  for (const job of [never, shortly, fine]) jobs.set(job);
  for (const job of [shortly, fine]) {
    await eventually(() => server.state(job.metadata.name) === 'triggered', 'the job is shown');
  }
  await eventually(() => attempts === 2, 'it was tried both ways');
  jobs.set({ ...fine, status: { ...fine.status, state: 'pending' } });
  await eventually(() => server.state(fine.metadata.name) === 'pending', 'others go on');

  expect(server.objects.get(shortly.metadata.name)?.metadata.annotations?.[objectKeys.shortened]).toBe('true');
  expect(attempts).toBe(2);
});

test('an abort that is asked for while the object is being written is not overwritten', async () => {
  const aborted: string[] = [];
  const { server, jobs, bridge } = start({
    abort: (name) => {
      aborted.push(name);
      return Promise.resolve();
    },
  });
  await eventually(() => bridge.ready(), 'the bridge is ready');
  const job = prowJob();
  const { name } = job.metadata;
  jobs.set(job);
  await eventually(() => server.state(name) === 'triggered', 'the job is shown');
  server.onPatch = () => {
    server.onPatch = () => undefined;
    server.edit(name, { status: { state: 'aborted' } });
  };

  jobs.set({ ...job, status: { ...job.status, state: 'pending' } });

  await eventually(() => aborted.length > 0, 'the job is being aborted');
  expect(aborted).toEqual([name]);
  expect(server.state(name)).toBe('aborted');
});

test('what Kubernetes keeps otherwise than it was written is not written again and again', async () => {
  const { server, jobs, bridge } = start();
  await eventually(() => bridge.ready(), 'the bridge is ready');
  const job = prowJob();
  const { name } = job.metadata;
  let writes = 0;
  server.onPatch = () => {
    writes += 1;
  };
  jobs.set(job);
  await eventually(() => server.state(name) === 'triggered', 'the job is shown');
  const put = server.put.bind(server);
  server.put = (object) => put({ ...object, spec: { ...object.spec, type: 'batch' } });

  jobs.set({ ...job, status: { ...job.status, state: 'pending' } });
  await eventually(() => server.state(name) === 'pending', 'the new state is shown');
  const other = prowJob();
  jobs.set(job);
  jobs.set({ ...job, status: { ...job.status, state: 'pending' } });
  jobs.set(other);
  await eventually(() => server.state(other.metadata.name) === 'triggered', 'another job is shown');

  expect(writes).toBeLessThan(4);
});
