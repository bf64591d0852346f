/**
 * Runs the workers of some roles until told to stop, and says when they poll and the schedules are in order.
 *
 * Contract with the parent (`cli/up`): IPC `{ type: 'ready' }` out, `{ type: 'stop', abortRuns }` in. A lost parent or a
 * SIGTERM stops the worker and leaves runs to the next one; only a stop that says so ends them (architecture.md 3.5).
 */
import { WithStartWorkflowOperation } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Settings } from '../config/settings.ts';
import { ids, signals, taskQueues, updates, workflowTypes } from '../domain/wire.ts';
import { startTelemetryServer } from '../telemetry/http.ts';
import { openContext, type WorkerContext } from './context.ts';
import { roles, type Role } from './roles.ts';
import { openReview, type Review } from './review.ts';
import { openRunSites, type RunSites } from './run-sites.ts';
import { whenStopped } from './lifecycle.ts';

/** Short activities may finish; watches hand over at once. */
const shutdownGraceTime = '10 seconds';
const shutdownForceTime = '15 seconds';

export async function runWorkers(settings: Settings, roleNames: readonly Role[]): Promise<void> {
  const stopped = whenStopped();
  let context: WorkerContext | undefined;
  context = await openContext(settings, {
    onConfig(generation) {
      if (context && roleNames.includes('admin')) announce(context, generation);
    },
  });
  const { logger, connection, registry } = context;
  const workers: Worker[] = [];
  let runSites: Promise<RunSites> | undefined;
  let review: Promise<Review> | undefined;
  const roleContext = {
    ...context,
    writesRecords: roleNames.includes('reports'),
    runsWorkflows: roleNames.includes('workflows'),
    runSites: () => (runSites ??= openRunSites(context)),
    review: () => (review ??= openReview(settings, logger)),
  };
  const wanted = await Promise.all(roleNames.map(async (role) => await roles[role](roleContext)));
  for (const options of wanted.flat()) {
    workers.push(
      await Worker.create({
        connection,
        namespace: settings.namespace,
        shutdownGraceTime,
        shutdownForceTime,
        ...options,
      }),
    );
  }
  const polling = Promise.all(workers.map((worker) => worker.run()));
  let ready = false;
  const telemetry = await startTelemetryServer({
    port: settings.telemetryPort,
    host: settings.telemetryHost,
    registry,
    ready: () => ready && workers.every((worker) => worker.getState() === 'RUNNING'),
    extraMetrics: context.sdkMetrics,
  });
  if (roleNames.includes('admin')) await reconcileNow(context);
  ready = true;
  logger.info({ roles: roleNames, telemetryPort: telemetry.port }, 'Worker ready');
  process.send?.({ type: 'ready', telemetryPort: telemetry.port });

  const { abortRuns } = await Promise.race([stopped, polling.then(() => ({ abortRuns: false }))]);
  ready = false;
  // While the workers still poll, so that results are recorded before the process goes.
  await (await runSites)?.endRuns(abortRuns);
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  await polling;
  (await runSites)?.close();
  await (await review)?.close();
  await telemetry.close();
  await context.close();
}

/** Starts `configSync` where it does not run, and waits for one reconcile with what is loaded now. */
async function reconcileNow({ client, logger }: WorkerContext): Promise<void> {
  const started = Date.now();
  const startWorkflowOperation = new WithStartWorkflowOperation(workflowTypes.configSync, {
    workflowId: ids.configSync,
    taskQueue: taskQueues.actors,
    args: [],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  const result = await client.workflow.executeUpdateWithStart(updates.kick, { args: [{}], startWorkflowOperation });
  logger.info({ result, ms: Date.now() - started }, 'First reconcile done');
}

/** Tells `configSync` of a reload; a failure is only logged, since it reconciles hourly anyway. */
function announce({ client, logger }: WorkerContext, generation: string): void {
  client.workflow
    .signalWithStart(workflowTypes.configSync, {
      workflowId: ids.configSync,
      taskQueue: taskQueues.actors,
      signal: signals.configChanged,
      signalArgs: [{ generation }],
    })
    .catch((error: unknown) => logger.error({ err: error, generation }, 'configSync could not be told of a reload'));
}
