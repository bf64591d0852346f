/** ProwJobs that are ended by force, on a real server: their records say so, and who listens is told. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createForcedEndingActivities } from '../../activities/forced-endings.ts';
import { createRecordActivities, type Transition } from '../../activities/records.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import type { MainConfig } from '../../domain/main-config.ts';
import { memoKey } from '../../domain/prowjob-memo.ts';
import type { JobChanged, ProwJobInput } from '../../domain/prowjob-input.ts';
import { startAttributes, startMemo } from '../../domain/prowjob-start.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { attributePairs } from '../../workflows/search-attributes.ts';
import { createMemoryBlobs } from '../fakes/memory-blobs.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';
import { workflowBundle } from '../harness/workflow-bundle.ts';

let env: TestWorkflowEnvironment;
let workers: Worker[] = [];
let polling: Promise<unknown>;
const blobs = createMemoryBlobs();
const logger = createLogger({ component: 'test', level: 'silent' });
/** What listeners were told, by the job's workflow id. */
const told: { listener: string; change: JobChanged }[] = [];

const { recordTransition } = createRecordActivities({
  blobs,
  main: () => ({ plank: {}, deck: {} }) as unknown as MainConfig,
  defaultUrl: ({ metadata }) => `https://deck.example/${metadata.name}`,
  async tell({ workflowId }, change) {
    told.push({ listener: workflowId, change });
  },
  onTransition: () => undefined,
  logger,
});

beforeAll(async () => {
  watchTaskFailures();
  env = await startDevServer();
  await registerSearchAttributes(env.connection, 'default');
  const bundle = await workflowBundle();
  workers = await Promise.all([
    Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.jobs, workflowBundle: bundle }),
    Worker.create({
      connection: env.nativeConnection,
      taskQueue: taskQueues.reports,
      activities: { recordTransition: async (transition: Transition) => await recordTransition(transition) },
    }),
    Worker.create({
      connection: env.nativeConnection,
      taskQueue: taskQueues.runs('local'),
      activities: {
        startRun: async ({ prowJob }: Transition) => ({ buildId: prowJob.status.build_id, adopted: false }),
      },
    }),
  ]);
  polling = Promise.all(workers.map((worker) => worker.run()));
}, 120_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
  await env?.teardown();
});

beforeEach(() => {
  told.length = 0;
});

/** A job whose run nobody watches, so that it stays pending. */
async function start(job: string, taskQueue: string = taskQueues.jobs) {
  const base = prowJobInput();
  const listeners = [{ workflowId: `change:forge:acme!app:${job.length}` }];
  const input: ProwJobInput = { ...base, spec: { ...base.spec, job }, listeners };
  return await env.client.workflow.start(workflowTypes.prowJob, {
    workflowId: ids.prowJob(`${job}-${randomUUID()}`),
    taskQueue,
    args: [input],
    memo: { [memoKey]: startMemo(input) },
    typedSearchAttributes: attributePairs(startAttributes(input)),
  });
}

const pending = async (name: string) =>
  await eventually(
    () => told.some(({ change }) => change.name === name && change.state === 'pending'),
    'it is pending',
  );

async function look(sinceMs: number): Promise<number> {
  const { recordForcedEndings } = createForcedEndingActivities({
    client: env.client,
    blobs,
    record: recordTransition,
    logger,
  });
  return await new MockActivityEnvironment().run<[{ sinceMs: number }], number, typeof recordForcedEndings>(
    recordForcedEndings,
    { sinceMs },
  );
}

async function recordOf(name: string) {
  for await (const { key } of blobs.list('')) {
    const record = JSON.parse(String(await blobs.get(key))) as { metadata?: { name: string }; status: object };
    if (key.endsWith('/prowjob.json') && record.metadata?.name === name) return record;
  }
  return undefined;
}

test('one that was terminated is an error: in its record, and to who listens; told once', async () => {
  const sinceMs = Date.now() - 1000;
  const handle = await start('unit');
  await pending(handle.firstExecutionRunId);
  await handle.terminate('by hand');
  told.length = 0;

  await eventually(async () => (await look(sinceMs)) > 0, 'the ending is found');

  expect(told).toMatchObject([
    {
      listener: 'change:forge:acme!app:4',
      change: {
        name: handle.firstExecutionRunId,
        workflowId: handle.workflowId,
        job: 'unit',
        state: 'error',
        complete: true,
        description: 'The workflow of this job was terminated, so what became of it is not known.',
      },
    },
  ]);
  expect(await recordOf(handle.firstExecutionRunId)).toMatchObject({
    status: { state: 'error', completionTime: expect.any(String), build_id: told[0]?.change.buildId },
  });
  expect(await look(sinceMs)).toBe(0);
});

test('one that was terminated before it did anything is told as well', async () => {
  const sinceMs = Date.now() - 1000;
  const handle = await start('never-begun', 'nobody-polls-it');
  await handle.terminate('by hand');

  await eventually(async () => (await look(sinceMs)) > 0, 'the ending is found');

  expect(told).toMatchObject([{ change: { name: handle.firstExecutionRunId, state: 'error', complete: true } }]);
});

test('one that goes on as another run, after a reset, is none', async () => {
  const sinceMs = Date.now() - 1000;
  const reset = await start('goes-on');
  await pending(reset.firstExecutionRunId);
  const { events } = await reset.fetchHistory();
  await env.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: reset.workflowId, runId: reset.firstExecutionRunId },
    reason: 'test',
    requestId: randomUUID(),
    // The first completed workflow task.
    workflowTaskFinishEventId: events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId ?? null,
  });
  const list = async () => {
    const found: string[] = [];
    for await (const run of env.client.workflow.list({ query: `WorkflowId="${reset.workflowId}"` }))
      found.push(run.status.name);
    return found.toSorted();
  };
  await eventually(async () => (await list()).join() === 'RUNNING,TERMINATED', 'the reset is visible');
  told.length = 0;

  expect(await look(sinceMs)).toBe(0);
  expect(told.filter(({ change }) => change.state === 'error')).toEqual([]);

  await env.client.workflow.getHandle(reset.workflowId).terminate('end of the test');
});
