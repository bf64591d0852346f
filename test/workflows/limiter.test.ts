import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Workflow, WorkflowHandle } from '@temporalio/client';

import { createLimitActivities, type LimitActivities } from '../../activities/limits.ts';
import { ids, taskQueues } from '../../domain/wire.ts';
import { configChanged, slotReleased, slotRequested, state } from '../../workflows/limiter.messages.ts';
import { finish, isRunning, type limitedJob, type LimitedJobInput } from '../fixtures/limited-workflows.ts';
import { createTestEnvironment, type TestEnvironment } from '../harness/time-skipping.ts';
import { eventually } from '../harness/eventually.ts';

const minuteMs = 60_000;

type Job = WorkflowHandle<typeof limitedJob>;

let env: TestEnvironment;

beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('../fixtures/limited-workflows.ts', import.meta.url));
  env = await createTestEnvironment({ workflowsPath });
}, 60_000);

afterAll(async () => {
  await env?.teardown();
});

function withLimits<T>(work: () => Promise<T>, change: Partial<LimitActivities> = {}): Promise<T> {
  const activities = { ...createLimitActivities({ client: env.client }), ...change };
  return env.withWorkers({ [taskQueues.admin]: activities }, work);
}

const jobLimit = () => ids.limitJob(randomUUID());
const queueLimit = () => ids.limitQueue(randomUUID());

function start(input: LimitedJobInput, name = 'job'): Promise<Job> {
  return env.client.workflow.start<typeof limitedJob>('limitedJob', {
    workflowId: `${name}-${randomUUID()}`,
    taskQueue: taskQueues.jobs,
    args: [input],
  });
}

/** Lets time pass until the workflow has ended. */
const resultOf = <T extends Workflow>(handle: WorkflowHandle<T>, stepMs = 1_000) =>
  env.passUntil(handle.result(), stepMs);

const limiterOf = (key: string) => env.client.workflow.getHandle(key);
const lineOf = (key: string) => limiterOf(key).query(state);
const running = (job: Job) => eventually(() => job.query(isRunning), 'the job has its slots');

/** Waits until so many jobs hold a slot and wait for one. */
async function counts(key: string, holders: number, waiting: number): Promise<void> {
  await eventually(async () => {
    const line = await lineOf(key).catch(() => undefined);
    return line?.holders.length === holders && line.waiting.length === waiting;
  }, `${key} has ${holders} holders and ${waiting} waiting`);
}

async function activitiesOf(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return events?.filter((event) => event.activityTaskScheduledEventAttributes).length ?? 0;
}

describe('a limit', () => {
  test('45: lets the oldest job in first, whatever the order of asking', () =>
    withLimits(async () => {
      const key = jobLimit();
      const needs = [{ key, capacity: 1 }];
      const first = await start({ createdAt: 100, needs });
      await running(first);
      const young = await start({ createdAt: 300, needs, runMs: 1_000 });
      await counts(key, 1, 1);
      const old = await start({ createdAt: 200, needs, runMs: 1_000 });
      await counts(key, 1, 2);

      await first.signal(finish);
      const [oldRun, youngRun] = await env.passUntil(Promise.all([old.result(), young.result()]), 1_000);

      expect(oldRun.to).toBeLessThanOrEqual(youngRun.from);
      await counts(key, 0, 0);
    }));

  test('46: is shared by jobs of one name in two repositories', () =>
    withLimits(async () => {
      const key = ids.limitJob('pull-unit');
      const one = await start({ createdAt: 1, needs: [{ key, capacity: 1 }] }, 'org-a');
      await running(one);
      const other = await start({ createdAt: 2, needs: [{ key, capacity: 1 }] }, 'org-b');

      await counts(key, 1, 1);

      await one.signal(finish);
      await running(other);
      await other.signal(finish);
      await resultOf(other);
    }));

  test('47: of capacity 0 blocks a queue until its capacity changes', () =>
    withLimits(async () => {
      const key = queueLimit();
      const job = await start({ createdAt: 1, needs: [{ key, capacity: 0 }], runMs: 1 });
      await counts(key, 0, 1);
      await env.pass(60 * minuteMs, 5 * minuteMs);
      expect(await job.query(isRunning)).toBe(false);

      await limiterOf(key).signal(configChanged, { capacity: 1 });

      await resultOf(job);
      await counts(key, 0, 0);
    }));

  test('of a queue that becomes unlimited lets everybody in', () =>
    withLimits(async () => {
      const key = queueLimit();
      const jobs = await Promise.all([1, 2, 3].map((createdAt) => start({ createdAt, needs: [{ key, capacity: 1 }] })));
      await counts(key, 1, 2);

      await limiterOf(key).signal(configChanged, { capacity: -1 });

      await counts(key, 3, 0);
      await Promise.all(jobs.map((job) => job.signal(finish)));
      await Promise.all(jobs.map((job) => job.result()));
    }));

  test('of a queue is lowered by the configuration without ending anybody', () =>
    withLimits(async () => {
      const key = queueLimit();
      const needs = [{ key, capacity: 2 }];
      const jobs = await Promise.all([1, 2].map((createdAt) => start({ createdAt, needs })));
      await counts(key, 2, 0);
      await limiterOf(key).signal(configChanged, { capacity: 1 });
      const late = await start({ createdAt: 3, needs, runMs: 1 });
      await counts(key, 2, 1);

      await jobs[0]?.signal(finish);
      await counts(key, 1, 1);
      await jobs[1]?.signal(finish);

      await resultOf(late);
    }));

  test('per job compares the capacity frozen in each job', () =>
    withLimits(async () => {
      const key = jobLimit();
      const holder = await start({ createdAt: 1, needs: [{ key, capacity: 1 }] });
      await running(holder);
      const strict = await start({ createdAt: 2, needs: [{ key, capacity: 1 }], runMs: 1 });
      await counts(key, 1, 1);

      const generous = await start({ createdAt: 3, needs: [{ key, capacity: 3 }], runMs: 1 });

      await resultOf(generous);
      await counts(key, 1, 1);
      await holder.signal(finish);
      await resultOf(strict);
    }));

  test('gets back the slot of a job that was terminated', () =>
    withLimits(async () => {
      const key = jobLimit();
      const needs = [{ key, capacity: 1 }];
      const dead = await start({ createdAt: 1, needs });
      await running(dead);
      const next = await start({ createdAt: 2, needs, runMs: 1 });
      await counts(key, 1, 1);
      const died = await env.now();

      await dead.terminate('out of order');

      const { from } = await resultOf(next, minuteMs);
      expect(from - died).toBeGreaterThanOrEqual(9 * minuteMs);
      expect(from - died).toBeLessThanOrEqual(12 * minuteMs);
    }));

  test('keeps the slot of a job that runs for hours', () =>
    withLimits(async () => {
      const key = jobLimit();
      const needs = [{ key, capacity: 1 }];
      const long = await start({ createdAt: 1, needs });
      await running(long);
      const next = await start({ createdAt: 2, needs, runMs: 1 });
      await counts(key, 1, 1);

      await env.pass(60 * minuteMs, 5 * minuteMs);

      await counts(key, 1, 1);
      await long.signal(finish);
      await resultOf(next);
    }));

  test('passes over a waiting job that was terminated', () =>
    withLimits(async () => {
      const key = jobLimit();
      const needs = [{ key, capacity: 1 }];
      const holder = await start({ createdAt: 1, needs });
      await running(holder);
      const dead = await start({ createdAt: 2, needs });
      const next = await start({ createdAt: 3, needs, runMs: 1 });
      await counts(key, 1, 2);

      await dead.terminate('out of order');
      await holder.signal(finish);

      await resultOf(next);
    }));

  test('forgets a job that has stopped asking behind a blocked queue', () =>
    withLimits(async () => {
      const key = queueLimit();
      const job = await start({ createdAt: 1, needs: [{ key, capacity: 0 }] });
      await counts(key, 0, 1);

      await job.terminate('out of order');
      await env.pass(40 * minuteMs, 5 * minuteMs);

      await resultOf(limiterOf(key), minuteMs);
    }));

  test('lets go of the place of a job that is aborted while it waits', () =>
    withLimits(async () => {
      const key = jobLimit();
      const needs = [{ key, capacity: 1 }];
      const holder = await start({ createdAt: 1, needs });
      await running(holder);
      const aborted = await start({ createdAt: 2, needs });
      await counts(key, 1, 1);

      await aborted.cancel();

      await expect(resultOf(aborted)).rejects.toThrow('cancelled');
      await counts(key, 1, 0);
      await holder.signal(finish);
      await resultOf(holder);
    }));

  test('gets its slot back from a job that is aborted while it runs', () =>
    withLimits(async () => {
      const key = jobLimit();
      const job = await start({ createdAt: 1, needs: [{ key, capacity: 1 }] });
      await running(job);

      await job.cancel();

      await expect(resultOf(job)).rejects.toThrow('cancelled');
      await counts(key, 0, 0);
    }));

  test('ends ten idle minutes after the last slot came back, and starts anew when needed', () =>
    withLimits(async () => {
      const key = jobLimit();
      const needs = [{ key, capacity: 1 }];
      const job = await start({ createdAt: 1, needs, runMs: 60 * minuteMs });
      const { to } = await resultOf(job, 10 * minuteMs);

      await resultOf(limiterOf(key), minuteMs);

      expect((await env.now()) - to).toBeGreaterThanOrEqual(10 * minuteMs - 1_000);
      await resultOf(await start({ createdAt: 2, needs, runMs: 1 }));
    }));

  test('is not fooled by messages that come late or twice', () =>
    withLimits(async () => {
      const key = jobLimit();
      const job = await start({ createdAt: 1, needs: [{ key, capacity: 2 }] });
      await running(job);
      const limiter = limiterOf(key);
      const slot = { workflowId: job.workflowId, createdAt: 1, capacity: 2 };

      await limiter.signal(slotRequested, { ...slot, round: 1 });
      await limiter.signal(slotReleased, { workflowId: job.workflowId, round: 1 });
      await limiter.signal(slotReleased, { workflowId: 'unknown', round: 9 });

      await counts(key, 1, 0);
      await job.signal(finish);
      await resultOf(job);
      await counts(key, 0, 0);
    }));

  test('gets back at once a slot that was granted to a job that no longer wants it', () =>
    withLimits(async () => {
      const key = jobLimit();
      const other = jobLimit();
      const job = await start({ createdAt: 1, needs: [{ key: other, capacity: 1 }] });
      await running(job);

      // As if a request of the job had been delivered long after it had given up.
      const slot = { workflowId: job.workflowId, createdAt: 1, capacity: 1, round: 7 };
      await createLimitActivities({ client: env.client }).requestSlot({ key, slot });

      await counts(key, 0, 0);
      await counts(other, 1, 0);
      await job.signal(finish);
      await resultOf(job);
    }));

  test('repeats grants until the job has heard of them', async () => {
    let failuresLeft = 2;
    const real = createLimitActivities({ client: env.client });
    const grantSlots: LimitActivities['grantSlots'] = (grants) => {
      failuresLeft -= 1;
      return failuresLeft >= 0 ? Promise.reject(new Error('unavailable')) : real.grantSlots(grants);
    };

    await withLimits(
      async () => resultOf(await start({ createdAt: 1, needs: [{ key: jobLimit(), capacity: 1 }], runMs: 1 })),
      {
        grantSlots,
      },
    );

    expect(failuresLeft).toBe(-1);
  });
});

describe('a job with several limits', () => {
  test('gives back what it holds when the next slot is not granted within ten seconds, and keeps its place', () =>
    withLimits(async () => {
      const queue = queueLimit();
      const perJob = jobLimit();
      const blocker = await start({ createdAt: 1, needs: [{ key: perJob, capacity: 1 }] });
      await running(blocker);
      const both = await start({
        createdAt: 2,
        needs: [
          { key: queue, capacity: 1 },
          { key: perJob, capacity: 1 },
        ],
        runMs: 1_000,
      });
      await counts(queue, 1, 0);
      await counts(perJob, 1, 1);

      await env.pass(11_000);

      await counts(queue, 0, 0);
      await counts(perJob, 1, 1);
      const other = await start({ createdAt: 3, needs: [{ key: queue, capacity: 1 }], runMs: 1_000 });
      await resultOf(other);
      await blocker.signal(finish);
      await resultOf(both);
    }));

  test('does not poll while it is blocked', () =>
    withLimits(async () => {
      const queue = queueLimit();
      const perJob = jobLimit();
      const blocker = await start({ createdAt: 1, needs: [{ key: perJob, capacity: 1 }] });
      await running(blocker);
      const needs = [
        { key: queue, capacity: 1 },
        { key: perJob, capacity: 1 },
      ];
      const both = await start({ createdAt: 2, needs, runMs: 1 });
      await counts(perJob, 1, 1);
      await env.pass(11_000);
      await counts(queue, 0, 0);
      const before = await activitiesOf(both);

      await env.pass(60 * minuteMs, 5 * minuteMs);

      // It asks again every ten minutes.
      expect((await activitiesOf(both)) - before).toBeLessThanOrEqual(7);
      await blocker.signal(finish);
      await resultOf(both);
    }));

  test('is aborted with everything given back while it holds one slot and waits for the next', () =>
    withLimits(async () => {
      const queue = queueLimit();
      const blocked = queueLimit();
      const job = await start({
        createdAt: 1,
        needs: [
          { key: queue, capacity: 1 },
          { key: blocked, capacity: 0 },
        ],
      });
      await counts(queue, 1, 0);
      await counts(blocked, 0, 1);

      await job.cancel();

      await expect(resultOf(job)).rejects.toThrow('cancelled');
      await counts(queue, 0, 0);
      await counts(blocked, 0, 0);
    }));

  test('gets its turn among others that want the same slots, without deadlock and without two at once', () =>
    withLimits(async () => {
      const a = { key: queueLimit(), capacity: 1 };
      const b = { key: jobLimit(), capacity: 1 };
      const blocker = await start({ createdAt: 0, needs: [b] });
      await running(blocker);
      const jobs = await Promise.all(
        [1, 2, 3, 4, 5].map((createdAt) => start({ createdAt, needs: [a, b], runMs: 3_000 })),
      );
      // Long enough that some wait for b holding nothing while another holds a.
      await env.pass(25_000, 5_000);

      await blocker.signal(finish);
      const runs = await env.passUntil(Promise.all(jobs.map((job) => job.result())), 1_000);

      expect(mostAtOnce(runs)).toBe(1);
    }));
});

describe('many jobs', () => {
  test(
    '60 at once never exceed the limit, use it whole, and all run',
    () =>
      withLimits(async () => {
        const key = jobLimit();
        const capacity = 15;
        const first = await start({ createdAt: 0, needs: [{ key, capacity }], runMs: 1_000 });
        await resultOf(first);

        const jobs = await Promise.all(
          Array.from({ length: 60 }, (_, n) => start({ createdAt: n + 1, needs: [{ key, capacity }], runMs: 5_000 })),
        );
        const runs = await env.passUntil(Promise.all(jobs.map((job) => job.result())), 1_000);

        expect(mostAtOnce(runs)).toBe(capacity);
        await counts(key, 0, 0);
      }),
    120_000,
  );
});

function mostAtOnce(runs: { from: number; to: number }[]): number {
  return Math.max(...runs.map(({ from }) => runs.filter((other) => other.from <= from && from < other.to).length));
}
