import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import type { JobActivities } from '../../activities/jobs.ts';
import { createLimitActivities } from '../../activities/limits.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { ids, signals, taskQueues, workflowTypes } from '../../domain/wire.ts';
import type { periodicLoop } from '../../workflows/periodic-loop.ts';
import {
  configChanged,
  state,
  type PeriodicLoopInput,
  type PeriodicLoopState,
} from '../../workflows/periodic-loop.messages.ts';
import { behaviour } from '../fixtures/limited-workflows.ts';
import { eventually } from '../harness/eventually.ts';
import { createTestEnvironment, type TestEnvironment } from '../harness/time-skipping.ts';

const minuteMs = 60_000;
/**
 * How long a run takes: no multiple of the ten minutes after which the loop asks after it. When a message and the timer it
 * cancels come at the same instant, the time-skipping server refuses the workflow task and never repeats it; a real one does.
 */
const runMinutes = 33;

let env: TestEnvironment;

beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('../fixtures/limited-workflows.ts', import.meta.url));
  env = await createTestEnvironment({ workflowsPath });
}, 60_000);

afterAll(async () => {
  await env?.teardown();
});

interface Started {
  workflowId: string;
  at: number;
  input: ProwJobInput;
}

/** Starts the stand-in for `prowJob`, once per workflow id as the real activity does, and notes when. */
function startActivity(started: Started[]): JobActivities['startProwJob'] {
  return async ({ workflowId, input }) => {
    const options = {
      workflowId,
      taskQueue: taskQueues.jobs,
      args: [input],
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    };
    let handle: WorkflowHandle | WorkflowHandleWithFirstExecutionRunId = env.client.workflow.getHandle(workflowId);
    try {
      handle = await env.client.workflow.start(workflowTypes.prowJob, options);
      started.push({ workflowId, at: await env.now(), input });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    return { prowJob: handle.workflowId, workflowId, job: input.spec.job };
  };
}

function runInput(job: string, change: Partial<ProwJobInput> = {}): ProwJobInput {
  return {
    v: 1,
    namespace: 'default',
    spec: { type: 'periodic', job },
    labels: {},
    annotations: { [behaviour.runMs]: String(runMinutes * minuteMs) },
    executor: 'none',
    site: 'local',
    storage: {},
    timeouts: { pendingMs: 0, runningMs: 0, unscheduledMs: 0 },
    maxRevivals: 3,
    generation: 'g1',
    ...change,
  };
}

interface LoopTest {
  job: string;
  started: Started[];
  handle: WorkflowHandle<typeof periodicLoop>;
  /** Waits until so many runs have been started. */
  runs: (count: number) => Promise<void>;
  look: () => Promise<PeriodicLoopState>;
}

async function withLoop(
  change: { input?: Partial<PeriodicLoopInput>; run?: Partial<ProwJobInput>; start?: JobActivities['startProwJob'] },
  work: (loop: LoopTest) => Promise<void>,
): Promise<void> {
  const started: Started[] = [];
  const activities = {
    ...createLimitActivities({ client: env.client }),
    startProwJob: change.start ?? startActivity(started),
  };
  await env.withWorkers({ [taskQueues.admin]: activities }, async () => {
    const job = `job-${randomUUID()}`;
    const input: PeriodicLoopInput = {
      v: 1,
      job,
      schedule: 'minimum_interval: 1h',
      minimumIntervalMs: 60 * minuteMs,
      run: runInput(job, change.run),
      ...change.input,
    };
    const handle = await env.client.workflow.start<typeof periodicLoop>(workflowTypes.periodicLoop, {
      workflowId: ids.periodicLoop(job),
      taskQueue: taskQueues.actors,
      args: [input],
    });
    try {
      await work({
        job,
        started,
        handle,
        runs: (count) => eventually(() => started.length === count, `${count} runs have been started`),
        look: () => handle.query(state),
      });
    } finally {
      await env.terminateAll([handle.workflowId, ...started.map((run) => run.workflowId)]);
    }
  });
}

const minutesBetween = (a: Started | undefined, b: Started | undefined) => ((b?.at ?? 0) - (a?.at ?? 0)) / minuteMs;

describe('periodicLoop', () => {
  test('38: starts the next run one minimum_interval after the last has ended', () =>
    withLoop({}, async ({ job, started, handle, runs, look }) => {
      await runs(1);
      expect(await look()).toMatchObject({ job, schedule: 'minimum_interval: 1h', paused: false, running: 1 });
      const { runId } = await handle.describe();

      await env.pass(45 * minuteMs);
      const gap = await look();
      await env.pass(55 * minuteMs);

      expect(gap).toMatchObject({ running: 0, lastRun: expect.any(String), nextRun: expect.any(String) });
      await runs(2);
      expect(minutesBetween(started[0], started[1])).toBeGreaterThanOrEqual(runMinutes + 60);
      expect(minutesBetween(started[0], started[1])).toBeLessThan(runMinutes + 62);
      expect(started[0]?.workflowId).toMatch(
        new RegExp(`^periodic:${job}-\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$`),
      );
      expect((await env.client.workflow.getHandle(handle.workflowId).describe()).runId).not.toBe(runId);
    }));

  test('tells the run to report to it beside its other listeners', () =>
    withLoop({ run: { listeners: [{ workflowId: 'other' }] } }, async ({ started, handle, runs }) => {
      await runs(1);

      expect(started[0]?.input.listeners).toEqual([{ workflowId: 'other' }, { workflowId: handle.workflowId }]);
    }));

  test('does not start runs while it is paused, and starts a due one when it is resumed', () =>
    withLoop({}, async ({ handle, runs, look, started }) => {
      await runs(1);
      await handle.signal(signals.pause, 'broken cluster');
      await env.pass(120 * minuteMs, 2 * minuteMs);
      expect(await look()).toMatchObject({ paused: true, note: 'broken cluster', running: 0 });
      expect(await look()).not.toHaveProperty('nextRun');
      expect(started).toHaveLength(1);

      await handle.signal(signals.resume);

      await runs(2);
      expect(await look()).toMatchObject({ paused: false, running: 1 });
      expect(await look()).not.toHaveProperty('note');
    }));

  test('stays paused over a run that an operator triggers', () =>
    withLoop({ input: { paused: true } }, async ({ handle, runs, look }) => {
      await handle.signal(signals.trigger);
      await runs(1);

      await env.pass(40 * minuteMs);

      expect(await look()).toMatchObject({ paused: true, running: 0 });
    }));

  test('runs at once when triggered between runs', () =>
    withLoop({}, async ({ handle, runs, started }) => {
      await runs(1);
      await env.pass(35 * minuteMs);

      await handle.signal(signals.trigger);

      await runs(2);
      expect(minutesBetween(started[0], started[1])).toBeLessThan(40);
    }));

  test('runs once more after the run under way when triggered meanwhile, never two at once', () =>
    withLoop({}, async ({ handle, runs, started, look }) => {
      await runs(1);

      await handle.signal(signals.trigger);
      await handle.signal(signals.trigger);
      await env.pass(20 * minuteMs);
      expect(started).toHaveLength(1);
      await env.pass(15 * minuteMs);

      await runs(2);
      await env.pass(40 * minuteMs);
      expect(started).toHaveLength(2);
      expect(await look()).toMatchObject({ running: 0 });
    }));

  test('ends when removed, and lets the run under way go on', () =>
    withLoop({}, async ({ handle, runs, started }) => {
      await runs(1);

      await handle.signal(signals.remove);

      await env.passUntil(handle.result(), 1_000);
      const run = env.client.workflow.getHandle(started[0]?.workflowId ?? '');
      expect((await run.describe()).status.name).toBe('RUNNING');
    }));

  test('takes over a changed configuration with the next run', () =>
    withLoop({}, async ({ job, handle, runs, started, look }) => {
      await runs(1);

      await handle.signal(configChanged, {
        job,
        schedule: 'minimum_interval: 10m',
        minimumIntervalMs: 10 * minuteMs,
        run: runInput(job, { generation: 'g2' }),
        configHash: 'changed',
      });
      await env.pass(45 * minuteMs);

      await runs(2);
      expect(minutesBetween(started[0], started[1])).toBeLessThan(runMinutes + 12);
      expect(started.map(({ input }) => input.generation)).toEqual(['g1', 'g2']);
      expect(await look()).toMatchObject({ schedule: 'minimum_interval: 10m' });
      const { typedSearchAttributes } = await env.client.workflow.getHandle(handle.workflowId).describe();
      expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain('changed');
    }));

  test('finds out by itself that a run has ended whose signal was lost', () =>
    withLoop(
      { run: { annotations: { [behaviour.runMs]: String(25 * minuteMs), [behaviour.silent]: 'yes' } } },
      async ({ runs, started, look }) => {
        await runs(1);
        await env.pass(32 * minuteMs);
        expect(await look()).toMatchObject({ running: 0 });

        await env.pass(55 * minuteMs);

        await runs(2);
        // Counted from the end of the run, not from when it was noticed.
        expect(minutesBetween(started[0], started[1])).toBeLessThan(87);
      },
    ));

  test('counts from the end of the last retry', () =>
    withLoop(
      {
        run: {
          annotations: { [behaviour.runMs]: String(11 * minuteMs), [behaviour.state]: 'failure' },
          retry: { attempts: 2, intervalMs: 0, runAll: false },
        },
      },
      async ({ runs, look, started }) => {
        await runs(1);
        await env.pass(25 * minuteMs);
        expect(await look()).toMatchObject({ running: 1 });

        await env.pass(70 * minuteMs);

        await runs(2);
        expect(minutesBetween(started[0], started[1])).toBeGreaterThanOrEqual(3 * 11 + 60);
      },
    ));

  test('tries again one minimum_interval later when a run cannot be started', async () => {
    let refusals = 0;
    const start: JobActivities['startProwJob'] = () => {
      refusals += 1;
      return Promise.reject(ApplicationFailure.nonRetryable('no such cluster', 'SpecInvalid'));
    };

    await withLoop({ start }, async ({ look }) => {
      await eventually(() => refusals === 1, 'the first run was refused');
      await env.pass(30 * minuteMs);
      expect(await look()).toMatchObject({ running: 0 });
      await env.pass(35 * minuteMs);

      await eventually(() => refusals === 2, 'the second run was refused');
    });
  });
});
