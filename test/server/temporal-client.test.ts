/** What Deck and the CLI do with Temporal, on a real server: visibility, updates, schedules (clients/temporal/api.ts). */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TypedSearchAttributes } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { RefusedError, type Periodics, type PeriodicSummary, type ProwJobs } from '../../clients/temporal/api.ts';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { TemporalUnreachableError } from '../../clients/temporal/unreachable-error.ts';
import { createPeriodics } from '../../clients/temporal/periodics.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import { ensureRetention } from '../../clients/temporal/retention.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { memoKey } from '../../domain/prowjob-memo.ts';
import { startAttributes, startMemo } from '../../domain/prowjob-start.ts';
import { ids, keywordAttributes, keywordListAttributes, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { attributePairs, configHashKey, jobKey, scheduleKey, stateKey } from '../../workflows/search-attributes.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';

let env: TestWorkflowEnvironment;
let worker: Worker;
let polling: Promise<void>;
let prowJobs: ProwJobs;
let periodics: Periodics;
let toNothing: Promise<unknown>;

beforeAll(async () => {
  watchTaskFailures();
  // It goes on trying for five seconds, beside the other tests.
  toNothing = connectTemporal({ address: '127.0.0.1:1', namespace: 'default' });
  toNothing.catch(() => undefined);
  env = await startDevServer();
  await registerSearchAttributes(env.connection, 'default');
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: taskQueues.jobs,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../fixtures/client-workflows.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    }),
  });
  polling = worker.run();
  prowJobs = createProwJobs(env.client);
  periodics = createPeriodics(env.client);
}, 60_000);

afterAll(async () => {
  worker?.shutdown();
  await polling;
  await env?.teardown();
});

/** Starts a ProwJob as activities do; resolves with its name. */
async function startProwJob(job: string, over: Partial<ProwJobInput> = {}): Promise<string> {
  const base = prowJobInput();
  const input = { ...base, spec: { ...base.spec, job }, ...over };
  const handle = await env.client.workflow.start(workflowTypes.prowJob, {
    workflowId: `job:${job}`,
    taskQueue: taskQueues.jobs,
    args: [input],
    memo: { [memoKey]: startMemo(input) },
    typedSearchAttributes: attributePairs(startAttributes(input)),
  });
  return handle.firstExecutionRunId;
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const isListed = async (name: string) => (await prowJobs.find(name)) !== undefined;

describe('the namespace', () => {
  test('gets every search attribute, however often and by however many workers they are registered', async () => {
    await Promise.all([1, 2, 3].map(() => registerSearchAttributes(env.connection, 'default')));

    const { customAttributes } = await env.connection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining([...keywordAttributes, ...keywordListAttributes]),
    );
  });

  test.each([
    ['48 hours', 48 * 3_600_000, 172_800],
    ['no less than a server takes', 1_000, 3_600],
  ])('keeps closed workflows for %s', async (_name, ageMs, seconds) => {
    await ensureRetention(env.connection, 'default', ageMs);

    const { config } = await env.connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(seconds);
  });
});

describe('ProwJobs', () => {
  test('are listed with what attributes and memo tell', async () => {
    const base = prowJobInput();
    const refs = { org: 'o', repo: 'r', base_ref: 'main', pulls: [{ number: 7, author: 'a', sha: 'abcdef0' }] };
    const name = await startProwJob('listed', {
      spec: { ...base.spec, job: 'listed', type: 'presubmit', refs, hidden: true },
    });
    await eventually(() => isListed(name), 'the ProwJob is listed');

    const found = await collected(prowJobs.list({ query: 'ProwJob="listed"' }));

    expect(found).toEqual([
      {
        name,
        workflowId: 'job:listed',
        executionStatus: 'RUNNING',
        startTime: expect.any(Date),
        job: 'listed',
        type: 'presubmit',
        state: 'triggered',
        repo: 'o/r',
        baseRef: 'main',
        cluster: 'default',
        pulls: ['7'],
        memo: expect.objectContaining({ v: 1, hidden: true, refs, dir: 'bowsprit/pr-logs/pull/o_r/7/listed' }),
      },
    ]);
  });

  test('are listed newest first, and a query of alternatives stays within ProwJobs', async () => {
    const older = await startProwJob('older');
    const newer = await startProwJob('newer');
    await env.client.workflow.start('startJob', {
      workflowId: 'no-prowjob',
      taskQueue: taskQueues.jobs,
      args: [{ job: 'x' }],
    });
    await eventually(async () => (await isListed(older)) && (await isListed(newer)), 'both are listed');

    const found = await collected(
      prowJobs.list({ query: 'ProwJob="older" OR ProwJob="newer" OR WorkflowType="startJob"' }),
    );

    expect(found.map(({ name }) => name)).toEqual([newer, older]);
  });

  test('that have ended tell when', async () => {
    const name = await startProwJob('ended', { annotations: { 'test/outcome': 'success' } });
    await eventually(async () => (await prowJobs.find(name))?.executionStatus === 'COMPLETED', 'it is listed as ended');

    expect((await prowJobs.find(name))?.closeTime).toBeInstanceOf(Date);
  });

  test.each(['', 'no uuid', '" OR WorkflowType="startJob', '00000000-0000-4000-8000-000000000000'])(
    'named %j are not found',
    async (name) => {
      expect(await prowJobs.find(name)).toBeUndefined();
    },
  );

  test('tell their whole state, live', async () => {
    const name = await startProwJob('stateful');

    const job = await prowJobs.state({ workflowId: 'job:stateful', name });

    expect(job).toMatchObject({ kind: 'ProwJob', metadata: { name }, spec: { job: 'stateful' } });
  });

  test('that nobody knows have no state', async () => {
    expect(await prowJobs.state({ workflowId: 'job:unknown', name: randomUUID() })).toBeUndefined();
  });
});

describe('aborting', () => {
  test('tells the ProwJob who and why, also right after its start', async () => {
    const name = await startProwJob('aborted');

    await prowJobs.abort(name, { by: 'jane', reason: 'wrong branch' });

    expect((await prowJobs.state({ workflowId: 'job:aborted', name }))?.status.description).toBe('jane: wrong branch');
    await eventually(async () => (await prowJobs.find(name))?.state === 'aborted', 'the list shows it');
  });

  test('reaches the run that is named and no later one of the same workflow', async () => {
    const first = await startProwJob('again', { annotations: { 'test/outcome': 'success' } });
    await env.client.workflow.getHandle('job:again', first).result();
    const second = await startProwJob('again');

    await expect(prowJobs.abort(first, { by: 'jane' })).rejects.toMatchObject({ code: 'NotAbortable' });
    expect((await prowJobs.state({ workflowId: 'job:again', name: second }))?.status.state).toBe('triggered');
  });

  test('what nobody knows is refused', async () => {
    const name = randomUUID();

    const aborting = prowJobs.abort(name, { by: 'jane' });

    await expect(aborting).rejects.toThrow(RefusedError);
    await expect(aborting).rejects.toMatchObject({
      code: 'JobNotFound',
      message: `No ProwJob named ${name} is known.`,
    });
  });

  test('what cannot be aborted any more is refused with its own words', async () => {
    const name = await startProwJob('lingers', { annotations: { 'test/outcome': 'lingers' } });
    await prowJobs.abort(name, { by: 'jane' });

    const again = prowJobs.abort(name, { by: 'jane' });

    await expect(again).rejects.toThrow(RefusedError);
    await expect(again).rejects.toMatchObject({ code: 'NotAbortable', message: 'It is being aborted already.' });
  });
});

describe('starting', () => {
  test('runs startJob under the id of the request and returns its result', async () => {
    const requestId = randomUUID();

    const result = await prowJobs.start({ job: 'echo-test', env: { A: '1' }, requestId });

    expect(result).toEqual({
      job: 'echo-test',
      workflowId: ids.startJob(requestId),
      prowJob: JSON.stringify({ job: 'echo-test', env: { A: '1' }, requestId }),
    });
  });

  test('without a request id makes one up', async () => {
    const [one, other] = await Promise.all([prowJobs.start({ job: 'a' }), prowJobs.start({ job: 'a' })]);

    expect(one.workflowId).not.toBe(other.workflowId);
  });

  test('twice with one request id starts once, at the same time and later', async () => {
    const request = { job: 'a', requestId: randomUUID() };

    const results = await Promise.all([prowJobs.start(request), prowJobs.start(request)]);
    const later = await prowJobs.start(request);

    expect(new Set([...results, later].map((result) => JSON.stringify(result))).size).toBe(1);
    const query = `WorkflowId="${ids.startJob(request.requestId)}"`;
    await eventually(async () => (await env.client.workflow.count(query)).count > 0, 'it is listed');
    expect((await env.client.workflow.count(query)).count).toBe(1);
  });

  test.each(['JobNotFound', 'ConfigInvalid', 'SpecInvalid', 'MessageInvalid'] as const)(
    'what is refused as %s says so, wherever the failure stands',
    async (code) => {
      const starting = prowJobs.start({ job: code });

      await expect(starting).rejects.toThrow(RefusedError);
      await expect(starting).rejects.toMatchObject({ code, message: `${code} in words` });
    },
  );

  test('what fails otherwise is no refusal', async () => {
    await expect(prowJobs.start({ job: 'Surprise' })).rejects.not.toBeInstanceOf(RefusedError);
  });
});

describe('periodics', () => {
  const scheduled = 'nightly';
  const looping = 'again-and-again';
  const find = async (job: string): Promise<PeriodicSummary | undefined> =>
    (await collected(periodics.list())).find((each) => each.job === job);
  const eventuallyIs = async (job: string, check: (found: PeriodicSummary) => boolean, what: string) => {
    await eventually(async () => {
      const found = await find(job);
      return found !== undefined && check(found);
    }, what);
    return await find(job);
  };

  beforeAll(async () => {
    const base = prowJobInput();
    const input = {
      ...base,
      spec: { ...base.spec, job: scheduled },
      annotations: { 'test/outcome': 'success' },
    };
    const attributes = [
      { key: configHashKey, value: 'h1' },
      { key: scheduleKey, value: 'cron: 0 3 1 1 *' },
    ];
    await env.client.schedule.create({
      scheduleId: ids.periodicSchedule(scheduled),
      spec: { cronExpressions: ['0 3 1 1 *'] },
      typedSearchAttributes: new TypedSearchAttributes([{ key: jobKey, value: scheduled }, ...attributes]),
      action: {
        type: 'startWorkflow',
        workflowType: workflowTypes.prowJob,
        workflowId: ids.periodicSchedule(scheduled),
        taskQueue: taskQueues.jobs,
        args: [input],
        typedSearchAttributes: new TypedSearchAttributes([
          { key: jobKey, value: scheduled },
          { key: stateKey, value: 'triggered' },
        ]),
      },
    });
    await env.client.schedule.create({
      scheduleId: 'sinker',
      spec: { intervals: [{ every: '1 day' }] },
      action: { type: 'startWorkflow', workflowType: 'sinker', taskQueue: taskQueues.actors },
    });
    await env.client.workflow.start(workflowTypes.periodicLoop, {
      workflowId: ids.periodicLoop(looping),
      taskQueue: taskQueues.jobs,
      args: [{ v: 1, job: looping, schedule: 'minimum_interval: 1h', minimumIntervalMs: 3_600_000, run: input }],
      typedSearchAttributes: new TypedSearchAttributes(attributes),
    });
  });

  test('of both kinds are listed alike, other schedules are not', async () => {
    await eventually(async () => (await collected(periodics.list())).length >= 2, 'both are listed');

    const found = await collected(periodics.list());

    expect(found.toSorted((a, b) => (a.job < b.job ? -1 : 1))).toEqual([
      {
        job: looping,
        kind: 'loop',
        schedule: 'minimum_interval: 1h',
        paused: false,
        running: 0,
        nextRun: new Date('2030-01-01T00:00:00Z'),
        configHash: 'h1',
      },
      {
        job: scheduled,
        kind: 'schedule',
        schedule: 'cron: 0 3 1 1 *',
        paused: false,
        running: 0,
        nextRun: expect.any(Date),
        configHash: 'h1',
      },
    ]);
    expect(found.find(({ kind }) => kind === 'schedule')?.nextRun?.toISOString()).toMatch(/-01-01T03:00:00\.000Z$/);
  });

  test.each([scheduled, looping])('%s is paused with a note and resumed', async (job) => {
    await periodics.pause(job, 'flaky today');
    const paused = await eventuallyIs(job, (found) => found.paused, 'it is listed as paused');
    await periodics.resume(job);
    const resumed = await eventuallyIs(job, (found) => !found.paused, 'it is listed as active');

    expect(paused).toMatchObject({ paused: true, note: 'flaky today' });
    expect(paused?.nextRun).toBeUndefined();
    expect(resumed?.note).not.toBe('flaky today');
  });

  test.each([scheduled, looping])('%s is triggered', async (job) => {
    await periodics.trigger(job);

    const triggered = await eventuallyIs(job, (found) => found.lastRun !== undefined, 'its run is listed');
    expect(triggered?.lastRun).toBeInstanceOf(Date);
  });

  test.each(['pause', 'resume', 'trigger'] as const)('%s of an unknown one is refused', async (action) => {
    const acting = periodics[action]('unknown');

    await expect(acting).rejects.toThrow(RefusedError);
    await expect(acting).rejects.toMatchObject({
      code: 'JobNotFound',
      message: 'No periodic named unknown is scheduled.',
    });
  });
});

describe('connecting', () => {
  test('to a server that answers gives a client of the namespace', async () => {
    const client = await connectTemporal({ address: env.address, namespace: 'default' });

    expect(client.options.namespace).toBe('default');
    await client.connection.close();
  });

  test('to nothing is refused in words that name the address', async () => {
    await expect(toNothing).rejects.toThrow(TemporalUnreachableError);
    await expect(toNothing).rejects.toThrow(/127\.0\.0\.1:1\b.*npm start/);
  });
});
