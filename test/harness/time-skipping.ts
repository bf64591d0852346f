/**
 * A Temporal server in which hours pass in milliseconds, with workers for workflows under test.
 *
 * One environment per test file, tests in it one after the other (its time is global). Time passes by `pass` and `passUntil`,
 * and while `skippingClient` awaits a result: then it rushes on even when workflow tasks are due (they time out and are
 * repeated), which workflows that talk to each other do not stand. It has no schedules and no visibility.
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
  /** Tasks on their way from the server show as a moment of work after a moment of none, so a single look is not enough. */
  const settle = async () => {
    for (let quiet = 0; quiet < 5; quiet = isIdle() ? quiet + 1 : 0) await realSleep(10);
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
        await env.sleep(Math.min(stepMs, left));
        await settle();
      }
    },
    async passUntil(promise, stepMs) {
      const seen = { settled: false };
      const done = () => void (seen.settled = true);
      promise.then(done, done);
      await settle();
      while (!seen.settled) {
        await env.sleep(stepMs);
        await settle();
      }
      return await promise;
    },
    async withWorkers(activities, work) {
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
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await running?.catch(() => undefined);
      await env.teardown();
    },
  };
}
