/**
 * Runs the floor's workflows and activities in a process of its own, as the product's worker is one: the address of the
 * server is its argument, `{ type: 'ready' }` its answer, SIGTERM or a lost parent its end.
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createFloorActivities } from './activities.ts';
import { floorActivityQueue, floorQueue } from './queues.ts';

const address = process.argv[2] ?? '';
Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  logger: new DefaultLogger('ERROR'),
});
const connection = await NativeConnection.connect({ address });
const activities = { ...createFloorActivities(new Client({ connection })) };
const workers = [
  await Worker.create({
    connection,
    taskQueue: floorQueue,
    workflowBundle,
    activities,
    enableNonLocalActivities: false,
  }),
  await Worker.create({ connection, taskQueue: floorActivityQueue, activities }),
];
const running = Promise.all(workers.map((worker) => worker.run()));
const stop = () => {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.on('SIGTERM', stop);
process.on('disconnect', stop);
process.send?.({ type: 'ready' });
await running;
await connection.close();
process.exit(0);
