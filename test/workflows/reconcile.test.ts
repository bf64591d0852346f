import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type {
  ForcedEndingActivities,
  ReconcileActivities,
  ReconciledChanges,
  ReconcileRequest,
  ReconcileResult,
} from '../../domain/review/reconcile-pass.ts';
import { taskQueues, workflowTypes } from '../../domain/wire.ts';
import type { reconcile } from '../../workflows/reconcile.ts';
import { createTestEnvironment, type TestEnvironment } from '../harness/time-skipping.ts';

const minuteMs = 60_000;

let env: TestEnvironment;
const left = new Set<string>();

beforeAll(async () => {
  env = await createTestEnvironment();
}, 60_000);

afterEach(async () => {
  await env.terminateAll(left);
  left.clear();
});

afterAll(async () => {
  await env?.teardown();
});

const nothing: ReconciledChanges = { repos: 2, changes: 5, told: {}, young: [], failed: [] };

interface World {
  looks: ReconcileRequest[];
  endings: number[];
  /** Answers of the forge, one look after the other; `nothing` after the last. */
  answers: ReconciledChanges[];
}

function world(answers: ReconciledChanges[] = []): World {
  return { looks: [], endings: [], answers };
}

function activities(at: World) {
  const forge: ReconcileActivities = {
    async reconcileChanges(request) {
      at.looks.push(request);
      return at.answers.shift() ?? nothing;
    },
  };
  const away: ReconcileActivities = {
    async reconcileChanges() {
      throw ApplicationFailure.nonRetryable('The App is suspended.', 'HostAuth');
    },
  };
  const admin: ForcedEndingActivities = {
    async recordForcedEndings({ sinceMs }) {
      at.endings.push(sinceMs);
      return 3;
    },
  };
  return { [taskQueues.host('forge')]: forge, [taskQueues.host('away')]: away, [taskQueues.admin]: admin };
}

async function start(hosts: string[], cronSchedule?: string) {
  const workflowId = `reconcile-${randomUUID()}`;
  left.add(workflowId);
  return await env.client.workflow.start<typeof reconcile>(workflowTypes.reconcile, {
    workflowId,
    taskQueue: taskQueues.actors,
    args: [{ v: 1, hosts }],
    ...(cronSchedule !== undefined && { cronSchedule }),
  });
}

async function run(at: World, hosts: string[]): Promise<ReconcileResult> {
  return await env.withWorkers(activities(at), async () => {
    const handle = await start(hosts);
    return await env.passUntil(handle.result(), minuteMs);
  });
}

test('looks once where nothing has just moved', async () => {
  const at = world([{ ...nothing, told: { opened: 1 } }]);

  const result = await run(at, ['forge']);

  expect(result).toMatchObject({ hosts: { forge: { told: { opened: 1 } } }, forcedEndings: 3, failed: [] });
  expect(at.looks).toMatchObject([{ host: 'forge', graceMs: 15 * minuteMs }]);
  expect(at.looks[0]).not.toHaveProperty('repos');
  expect(at.endings).toEqual([0]);
});

test('looks again a little later at the repositories where something has just moved', async () => {
  const at = world([
    { ...nothing, told: { opened: 1, closed: 1 }, young: ['acme/app'] },
    { repos: 1, changes: 4, told: { opened: 2 }, young: [], failed: [{ repo: 'acme/app', reason: 'away' }] },
  ]);

  const result = await run(at, ['forge']);

  expect(at.looks).toHaveLength(2);
  const [first, second] = at.looks;
  expect(second).toMatchObject({ repos: ['acme/app'] });
  expect((second?.nowMs ?? 0) - (first?.nowMs ?? 0)).toBeGreaterThanOrEqual(15 * minuteMs);
  expect(result.hosts['forge']).toEqual({
    repos: 2,
    changes: 5,
    told: { opened: 3, closed: 1 },
    young: [],
    failed: [{ repo: 'acme/app', reason: 'away' }],
  });
});

test('a host that cannot be asked does not hold up the others', async () => {
  const at = world();

  const result = await run(at, ['away', 'forge']);

  expect(Object.keys(result.hosts)).toEqual(['forge']);
  expect(result.failed).toEqual([{ part: 'open changes of away', reason: 'The App is suspended.' }]);
  expect(result.forcedEndings).toBe(3);
});

test('knows of the pass before; after an outage lost webhooks come first', async () => {
  const at = world();
  await env.withWorkers(activities(at), async () => {
    // The test server has no schedules; a cron workflow knows its last result as well.
    await start(['forge'], '0 */4 * * *');
    const twice = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (at.looks.length < 2) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    await env.passUntil(twice, 5 * minuteMs);
  });

  const [first = 0, second = 0] = at.looks.map(({ nowMs }) => nowMs);
  const [, since = 0] = at.endings;
  expect(since).toBeGreaterThan(0);
  expect(since).toBeLessThanOrEqual(first - 10 * minuteMs);
  // On the hour, and a quarter past it.
  expect(new Date(first).getUTCMinutes()).toBeLessThan(10);
  expect(new Date(second).getUTCMinutes()).toBeGreaterThanOrEqual(15);
});
