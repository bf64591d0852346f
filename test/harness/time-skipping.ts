/**
 * A Temporal server in which hours pass in milliseconds, with workers for workflows under test.
 *
 * One environment per test file, tests in it one after the other (its time is global). Time passes by `pass` and `passUntil`,
 * and while `skippingClient` awaits a result: then it rushes on even when workflow tasks are due (they time out and are
 * repeated), which workflows that talk to each other do not stand. It has no schedules and no visibility.
 *
 * The server counts a lock for each task that is under way, and skips time only while nobody holds one. It forgets to give
 * back the locks of a workflow that closes, or is terminated, while a task of it is under way: from then on its time is real
 * time. `advance` notices and gives them back; `terminateAll` avoids it.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as realSleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleOption } from '@temporalio/worker';

import { keywordAttributes, keywordListAttributes, taskQueues } from '../../domain/wire.ts';
import { watchTaskFailures } from './task-failures.ts';

/** Activity implementations per task queue. */
export type ActivitiesByQueue = Record<string, object>;

export interface TestEnvironment {
  /** Awaits results without making time pass. */
  client: Client;
  skippingClient: Client;
  /** Lets time pass in steps (default one minute, or all at once if shorter); after each the workers do what is due. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** Lets time pass in steps until the promise is settled, and answers as it does. */
  passUntil<T>(promise: Promise<T>, stepMs: number): Promise<T>;
  /** The server's time (ms). */
  now(): Promise<number>;
  /** Terminates what a test leaves behind, which would wake up in a later one; what has ended already is passed over. */
  terminateAll(workflowIds: Iterable<string>): Promise<void>;
  /**
   * Runs `work` with workers for the workflow queues and for the given activities (all tests of a file give the same queues
   * and names). Rejects as soon as a workflow task fails.
   */
  withWorkers<T>(activities: ActivitiesByQueue, work: () => Promise<T>): Promise<T>;
  teardown(): Promise<void>;
}

export interface TestEnvironmentOptions {
  /** Module whose exports are the workflow types; default `workflows/index.ts`. */
  workflowsPath?: string;
}

/** Workers count as idle after so many looks without work, so far apart. */
const quietLooks = 3;
const lookMs = 5;
/** Idle workers and a server whose time does not skip for so long: a lock was forgotten, or a task lost. */
const forgottenLockMs = 2_000;

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The time-skipping server's binary: from the environment, the project's tools, or `PATH`. */
export function testServerPath(): string {
  const name = 'temporal-test-server';
  const named = process.env['TEMPORAL_TEST_SERVER_PATH'];
  if (named) return named;
  const folders = [join(projectRoot, '.tools', 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    `${name} was not found: run "npm test", which installs it, or set TEMPORAL_TEST_SERVER_PATH to its binary.`,
  );
}

/** `BOWSPRIT_TEST_BUNDLE` names a bundle of `workflows/index.ts` that was built once for all test files. */
async function workflowBundle(workflowsPath: string | undefined): Promise<WorkflowBundleOption> {
  const built = process.env['BOWSPRIT_TEST_BUNDLE'];
  if (!workflowsPath && built) return { codePath: built };
  return await bundleWorkflowCode({
    workflowsPath: workflowsPath ?? join(projectRoot, 'workflows', 'index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
}

/** The numbers of the server's API for the kinds of search attributes. */
const attributeKinds = { keyword: 2, keywordList: 7 } as const;

async function registerAttributes(env: TestWorkflowEnvironment): Promise<void> {
  const searchAttributes = Object.fromEntries([
    ...keywordAttributes.map((name) => [name, attributeKinds.keyword] as const),
    ...keywordListAttributes.map((name) => [name, attributeKinds.keywordList] as const),
  ]);
  await env.connection.operatorService.addSearchAttributes({ namespace: env.namespace ?? 'default', searchAttributes });
}

export async function createTestEnvironment(options: TestEnvironmentOptions = {}): Promise<TestEnvironment> {
  const failures = watchTaskFailures();
  const [bundle, env] = await Promise.all([
    workflowBundle(options.workflowsPath),
    TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: testServerPath() } },
    }),
  ]);
  await registerAttributes(env);

  let workers: Worker[] = [];
  const isIdle = () =>
    workers.every((worker) => {
      const { numInFlightWorkflowActivations, numInFlightActivities } = worker.getStatus();
      return numInFlightWorkflowActivations === 0 && numInFlightActivities === 0;
    });
  /** Counts the calls of `withWorkers`: a test that is over, by its timeout too, must not make time pass for the next. */
  let turn = 0;
  const mustBe = (mine: number) => {
    if (mine !== turn) throw new Error('The test for which time was to pass is over.');
  };

  /** Tasks on their way from the server show as a moment of work after a moment of none, so a single look is not enough. */
  const settle = async () => {
    const mine = turn;
    for (let quiet = 0; quiet < quietLooks; quiet = isIdle() ? quiet + 1 : 0) {
      await realSleep(lookMs);
      mustBe(mine);
    }
  };

  /** One step of time. Lasts as long in reality only while a task is under way. */
  const advance = async (ms: number) => {
    const mine = turn;
    const step = { over: false };
    const slept = env.sleep(ms).finally(() => void (step.over = true));
    slept.catch(() => undefined);
    for (let busyAt = Date.now(); !step.over;) {
      await Promise.race([slept, realSleep(lookMs)]);
      mustBe(mine);
      if (!isIdle()) busyAt = Date.now();
      if (step.over || Date.now() - busyAt < forgottenLockMs) continue;
      // Refused where there was no lock after all; then time is passing.
      await env.connection.testService?.unlockTimeSkipping({}).catch(() => undefined);
      busyAt = Date.now();
    }
    await slept;
  };

  /** The implementations that the test at hand has given. */
  let current: ActivitiesByQueue = {};
  let running: Promise<unknown> | undefined;

  /**
   * Workers live as long as the environment: one that is stopped between tests may take a task with it, and the server, whose
   * time stands still, would never notice. So the functions they hold look up those of the test at hand.
   */
  const startWorkers = async (activities: ActivitiesByQueue) => {
    const queues = new Set<string>([taskQueues.jobs, taskQueues.actors, ...Object.keys(activities)]);
    workers = await Promise.all(
      [...queues].map((taskQueue) =>
        Worker.create({
          connection: env.nativeConnection,
          taskQueue,
          shutdownForceTime: 5_000,
          // An activity hears of its cancellation with a heartbeat, which otherwise waits for most of its timeout, in real time.
          maxHeartbeatThrottleInterval: 50,
          defaultHeartbeatThrottleInterval: 50,
          // No cache: each task replays the history, so a workflow that is not deterministic fails here; and the server
          // sometimes loses tasks and queries of sticky queues when time jumps.
          maxCachedWorkflows: 0,
          ...(activities[taskQueue] && { activities: forwarding(taskQueue, activities[taskQueue]) }),
          ...((taskQueue === taskQueues.jobs || taskQueue === taskQueues.actors) && { workflowBundle: bundle }),
        }),
      ),
    );
    running = Promise.all(workers.map((worker) => worker.run()));
    running.catch(() => undefined);
  };

  const forwarding = (taskQueue: string, activities: object) =>
    Object.fromEntries(
      Object.keys(activities).map((name) => [
        name,
        (...args: unknown[]): unknown => {
          const activity: unknown = Reflect.get(current[taskQueue] ?? {}, name);
          if (typeof activity !== 'function') throw new Error(`This test gives no activity ${name} on ${taskQueue}.`);
          return Reflect.apply(activity, undefined, args);
        },
      ]),
    );

  return {
    client: new Client({ connection: env.connection, namespace: env.namespace ?? 'default' }),
    skippingClient: env.client,
    now: () => env.currentTimeMs(),
    async pass(ms, stepMs = 60_000) {
      await settle();
      for (let left = ms; left > 0; left -= stepMs) {
        await advance(Math.min(stepMs, left));
        await settle();
      }
    },
    async passUntil(promise, stepMs) {
      const seen = { settled: false };
      const done = () => void (seen.settled = true);
      promise.then(done, done);
      await settle();
      while (!seen.settled) {
        await advance(stepMs);
        await settle();
      }
      return await promise;
    },
    async terminateAll(workflowIds) {
      await settle();
      for (const workflowId of workflowIds) {
        await env.client.workflow
          .getHandle(workflowId)
          .terminate('end of the test')
          .catch(() => undefined);
      }
    },
    async withWorkers(activities, work) {
      turn += 1;
      current = activities;
      if (!running) await startWorkers(activities);
      const failure = failures.next();
      // Workers end early only by an error, and then the test is over.
      const stopped = running?.then(() => new Promise<never>(() => undefined));
      try {
        return await Promise.race([work(), failure.promise, ...(stopped ? [stopped] : [])]);
      } finally {
        failure.stop();
      }
    },
    async teardown() {
      turn += 1;
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running?.catch(() => undefined);
      await env.teardown();
    },
  };
}
