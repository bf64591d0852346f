/** Schedules that keep the system in order, on a real server: made where a host is configured, removed where none is. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ScheduleNotFoundError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import {
  maintenanceSchedules,
  syncMaintenance,
  type MaintenanceNeeds,
} from '../../activities/schedules/maintenance.ts';
import { syncMaintenanceSchedule } from '../../activities/schedules/maintenance-schedule.ts';
import type { ReconcileActivities } from '../../domain/review/reconcile-pass.ts';
import type { RedeliverActivities, RedeliverRequest, RedeliverResult } from '../../domain/review/redelivery-pass.ts';
import { ids, taskQueues } from '../../domain/wire.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';
import { workflowBundle } from '../harness/workflow-bundle.ts';

let env: TestWorkflowEnvironment;
let workers: Worker[] = [];
let polling: Promise<unknown>;
const requests: RedeliverRequest[] = [];

const compared: string[] = [];

const forge: RedeliverActivities & ReconcileActivities = {
  async reconcileChanges({ host }) {
    compared.push(host);
    return { repos: 0, changes: 0, told: {}, young: [], failed: [] };
  },
  async redeliverLost(request) {
    requests.push(request);
    return {
      atMs: request.nowMs,
      sinceMs: request.nowMs - 600_000,
      hooks: 1,
      again: 0,
      waiting: 0,
      lost: 0,
      hidden: 0,
    };
  },
};

beforeAll(async () => {
  watchTaskFailures();
  env = await startDevServer();
  const bundle = await workflowBundle();
  workers = await Promise.all([
    Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.actors, workflowBundle: bundle }),
    Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.host('forge'), activities: { ...forge } }),
  ]);
  polling = Promise.all(workers.map((worker) => worker.run()));
}, 120_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
  await env?.teardown();
});

const needs = (part: Partial<MaintenanceNeeds>): MaintenanceNeeds => ({
  sweepEveryMs: 3_600_000,
  hosts: [],
  webhooks: true,
  ...part,
});

async function scheduled(): Promise<string[]> {
  const found: string[] = [];
  for (const id of [ids.sinker, ids.redeliver, ids.reconcile]) {
    const handle = env.client.schedule.getHandle(id);
    const exists = await handle.describe().catch((error: unknown) => {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    });
    if (exists) found.push(id);
  }
  return found;
}

test('without a host there is the sweep alone', async () => {
  await syncMaintenance(env.client, needs({}));

  expect(await scheduled()).toEqual(['sinker']);
  await env.client.schedule.getHandle(ids.sinker).pause();
});

test('with a host, lost webhooks are looked for at once and every five minutes; passes know what the last one did', async () => {
  await syncMaintenance(env.client, needs({ hosts: ['forge'] }));

  expect(await scheduled()).toEqual(['sinker', 'redeliver', 'reconcile']);
  await eventually(() => compared.length === 1, 'open changes were compared');
  const hourly = await env.client.schedule.getHandle(ids.reconcile).describe();
  expect(hourly.spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  expect(hourly.action).toMatchObject({ args: [{ v: 1, hosts: ['forge'] }] });
  await eventually(() => requests.length === 1, 'the first pass has looked');
  expect(requests[0]).toMatchObject({ host: 'forge' });
  expect(requests[0]?.last).toBeUndefined();
  const handle = env.client.schedule.getHandle(ids.redeliver);
  expect((await handle.describe()).spec.intervals).toMatchObject([{ every: 300_000 }]);

  const [, redeliver] = maintenanceSchedules(needs({ hosts: ['forge'] }));
  if (redeliver) await syncMaintenanceSchedule(env.client, { ...redeliver, everyMs: 2_000 });
  await eventually(() => requests.some(({ last }) => last !== undefined), 'a pass knows of an earlier one');

  const at = requests.findIndex(({ last }) => last !== undefined);
  const earlier = requests.slice(0, at).map(({ nowMs }) => ({ atMs: nowMs, sinceMs: nowMs - 600_000 }));
  expect(earlier).toContainEqual(requests[at]?.last);
});

test('other hosts are other arguments; a pause stays', async () => {
  const handle = env.client.schedule.getHandle(ids.redeliver);
  await handle.pause('for a look');

  await syncMaintenance(env.client, needs({ hosts: ['forge', 'ghe'] }));

  const { action, state } = await handle.describe();
  expect(action).toMatchObject({ args: [{ v: 1, hosts: ['forge', 'ghe'] }] });
  expect(state).toMatchObject({ paused: true, note: 'for a look' });
});

test('a host that is away does not hold up the others', async () => {
  const workflowId = 'redeliver-by-hand';
  const handle = await env.client.workflow.start('redeliver', {
    workflowId,
    taskQueue: taskQueues.actors,
    args: [{ v: 1, hosts: ['forge', 'nobody-serves-it'] }],
  });
  const state = () => handle.query<RedeliverResult>('state');

  await eventually(async () => Object.keys((await state()).hosts).length > 0, 'the forge was looked at');

  expect(Object.keys((await state()).hosts)).toEqual(['forge']);
  await handle.terminate('end of the test');
});

test('where webhooks are fetched, or no host is left, none has to be asked for', async () => {
  await syncMaintenance(env.client, needs({ hosts: ['forge'], webhooks: false }));
  expect(await scheduled()).toEqual(['sinker', 'reconcile']);

  await syncMaintenance(env.client, needs({ hosts: ['forge'] }));
  expect(await scheduled()).toEqual(['sinker', 'redeliver', 'reconcile']);

  await syncMaintenance(env.client, needs({ hosts: [] }));
  expect(await scheduled()).toEqual(['sinker']);
});
