/** The sweep on a real server: its schedule, what it finds by visibility, what it removes, what the next pass knows. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ScheduleNotFoundError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createSinkerActivities } from '../../activities/sinker.ts';
import { createSinkerSiteActivities } from '../../activities/sinker-site.ts';
import { maintenanceSchedules } from '../../activities/schedules/maintenance.ts';
import { syncMaintenanceSchedule } from '../../activities/schedules/maintenance-schedule.ts';
import { createProgram } from '../../cli/program.ts';
import { createExecutions, type Executions } from '../../clients/temporal/executions.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { PodFacts } from '../../domain/plank/pod-facts.ts';
import { memoKey } from '../../domain/prowjob-memo.ts';
import { startAttributes, startMemo } from '../../domain/prowjob-start.ts';
import type { SinkerInput, SinkerResult } from '../../domain/sinker/pass.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { attributePairs, buildIdKey } from '../../workflows/search-attributes.ts';
import { createFakeClusterPods } from '../fakes/cluster-pods.ts';
import { createMemoryBlobs } from '../fakes/memory-blobs.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { workflowBundle } from '../harness/workflow-bundle.ts';

let env: TestWorkflowEnvironment;
let executions: Executions;
let workers: Worker[] = [];
let polling: Promise<unknown>;
const blobs = createMemoryBlobs();
const logger = createLogger({ component: 'test', level: 'error' });
const passes: SinkerResult[] = [];
const hour = 3_600_000;

/** Whatever has ended is too old; `kept` is a configured periodic. */
const config = {
  main: {
    plank: { default_decoration_config_entries: [] },
    sinker: { resync_period: '1h0m0s', max_prowjob_age: '0s', max_pod_age: '24h0m0s', terminated_pod_ttl: '24h0m0s' },
  },
  presubmits: new Map(),
  postsubmits: new Map(),
  periodics: [{ name: 'kept' }],
} as unknown as LoadedConfig;

const orphan: PodFacts = {
  metadata: { name: randomUUID(), creationTimestamp: new Date(Date.now() - hour).toISOString() },
};
const pods = createFakeClusterPods('default', [orphan]);

beforeAll(async () => {
  watchTaskFailures();
  env = await startDevServer();
  await registerSearchAttributes(env.connection, 'default');
  executions = createExecutions(env.client);
  const admin = createSinkerActivities({
    executions,
    blobs,
    isRemovable: () => true,
    eventsFolder: 'bowsprit-events',
    config: () => config,
    clusters: () => ['default'],
    dryRun: false,
    runFolders: false,
    onPass: (result) => void passes.push(result),
    logger,
  });
  const bundle = await workflowBundle();
  workers = await Promise.all([
    Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.actors, workflowBundle: bundle }),
    Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.admin, activities: { ...admin } }),
    Worker.create({
      connection: env.nativeConnection,
      taskQueue: taskQueues.runs('default'),
      activities: { ...createSinkerSiteActivities({ executions, blobs, pods, logger }) },
    }),
  ]);
  polling = Promise.all(workers.map((worker) => worker.run()));
}, 60_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
  await env?.teardown();
});

/** A ProwJob's workflow that nobody works on, with a record; ended by force unless it is to go on. */
async function prowJob(job: string, ended: boolean): Promise<{ name: string; record: string }> {
  const base = prowJobInput();
  const input = { ...base, spec: { ...base.spec, job } };
  const memo = startMemo(input);
  const buildId = String(Date.now());
  const handle = await env.client.workflow.start(workflowTypes.prowJob, {
    workflowId: `job:${randomUUID()}`,
    taskQueue: taskQueues.jobs,
    args: [input],
    memo: { [memoKey]: memo },
    typedSearchAttributes: [...attributePairs(startAttributes(input)), { key: buildIdKey, value: buildId }],
  });
  const name = handle.firstExecutionRunId;
  const record = `${memo.dir}/${buildId}/prowjob.json`;
  await blobs.put(record, '{}');
  if (ended) await handle.terminate();
  const listed = async () => {
    const summary = (await executions.lookUp([name])).get(name);
    return summary !== undefined && (summary.executionStatus !== 'RUNNING') === ended;
  };
  await eventually(listed, `${job} is listed as it is`);
  return { name, record };
}

async function pass(input: Partial<SinkerInput> = {}): Promise<SinkerResult> {
  return await env.client.workflow.execute<(input: SinkerInput) => Promise<SinkerResult>>(workflowTypes.sinker, {
    workflowId: `sinker-${randomUUID()}`,
    taskQueue: taskQueues.actors,
    args: [{ v: 1, ...input }],
  });
}

test('people run a pass by the CLI, as a trial first', async () => {
  let printed = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });

  const line = ['sinker', 'run', '--dry-run', '--temporal-address', env.address];
  await createProgram().parseAsync(line, { from: 'user' });
  write.mockRestore();

  expect(printed).toMatch(/^\*\*Dry run\*\*: nothing was removed\..*\n- pods: \d+ found/);
  expect(passes.at(-1)).toMatchObject({ dryRun: true, failed: [] });
});

const isListed = async (name: string) => (await createProwJobs(env.client).find(name)) !== undefined;

test('a pass finds by visibility what has ended, and removes executions, records and pods', async () => {
  const former = await prowJob('kept', true);
  const latest = await prowJob('kept', true);
  const forgotten = await prowJob('forgotten', true);
  const running = await prowJob('running', false);

  const trial = await pass({ dryRun: true });

  expect(trial).toMatchObject({
    dryRun: true,
    prowJobs: { existing: 4, removed: { 'aged-periodic': 2 } },
    pods: { existing: 1, removed: { orphaned: 1 } },
    failed: [],
  });
  expect(pods.names()).toEqual([orphan.metadata.name]);
  expect(await blobs.stat(former.record)).toBeDefined();

  const result = await pass();

  expect(result).toMatchObject({ prowJobs: { removed: { 'aged-periodic': 2 }, errors: {} }, failed: [] });
  expect(pods.names()).toEqual([]);
  expect(passes.at(-1)).toEqual(result);
  // The server deletes when it has noted that their ends are done.
  const patience = { timeoutMs: 120_000, intervalMs: 250 };
  await eventually(async () => !(await isListed(former.name)), 'the former run is gone', patience);
  await eventually(async () => !(await isListed(forgotten.name)), 'the run of a removed job is gone', patience);
  expect(await isListed(latest.name)).toBe(true);
  expect(await isListed(running.name)).toBe(true);
  const stays = async (key: string) => (await blobs.stat(key)) !== undefined;
  expect(await Promise.all([former, forgotten, latest, running].map(({ record }) => stays(record)))).toEqual([
    false,
    false,
    true,
    true,
  ]);
}, 150_000);

test('a ProwJob is open as long as its workflow is, and unknown names are not', async () => {
  const running = await prowJob('open', false);
  const ended = await prowJob('ended', true);

  expect(await executions.isOpen(running.name)).toBe(true);
  expect(await executions.isOpen(ended.name)).toBe(false);
  expect(await executions.isOpen(randomUUID())).toBe(false);
  expect([...(await executions.lookUp([running.name, 'no-uuid', randomUUID()])).keys()]).toEqual([running.name]);
});

async function syncSweep(everyMs: number) {
  const [sweep] = maintenanceSchedules({ sweepEveryMs: everyMs, hosts: [], webhooks: true });
  return sweep && (await syncMaintenanceSchedule(env.client, sweep));
}

test('the schedule: created with a pass at once, changed with the period, paused by people', async () => {
  const handle = env.client.schedule.getHandle(ids.sinker);
  await expect(handle.describe()).rejects.toThrow(ScheduleNotFoundError);

  expect(await syncSweep(hour)).toBe('created');
  expect(await syncSweep(hour)).toBe('unchanged');

  const action = async () => (await handle.describe()).info.recentActions[0]?.action;
  await eventually(async () => (await action()) !== undefined, 'the first pass is started');
  const first = await action();
  const workflowId = first?.type === 'startWorkflow' ? first.workflow.workflowId : '';
  expect(workflowId).toMatch(/^sinker-/);
  expect(await env.client.workflow.getHandle(workflowId).result()).toMatchObject({ v: 1, failed: [] });

  await handle.pause('for a look');
  expect(await syncSweep(hour / 2)).toBe('updated');
  const described = await handle.describe();
  expect(described.spec.intervals).toMatchObject([{ every: hour / 2 }]);
  expect(described.state).toMatchObject({ paused: true, note: 'for a look' });
});

test('records are looked through once a day: a timed pass knows what the one before did', async () => {
  const handle = env.client.schedule.getHandle(ids.sinker);

  await handle.unpause();
  await syncSweep(2_000);
  const later = () => passes.find(({ records, recordsAt }) => !records && recordsAt);
  await eventually(() => later() !== undefined, 'a pass has left the records alone', { timeoutMs: 25_000 });

  const [earlier] = passes.filter(({ at }) => at === later()?.recordsAt);
  expect(earlier?.records).toBeDefined();
  await handle.delete();
});
