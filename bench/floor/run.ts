/**
 * Runs a number of floor workflows at once on a server and measures the time until the last has ended.
 */
import type { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkflowBundle } from '@temporalio/worker';
import { createFloorActivities } from './activities.ts';
import type { floor } from './workflows.ts';

export interface FloorServer {
  client: Client;
  connection: NativeConnection;
  namespace: string;
}

/** Workflows per second. */
export async function measureFloor(server: FloorServer, bundle: WorkflowBundle, count: number): Promise<number> {
  const { connection, namespace, client } = server;
  const workers = await Promise.all([
    Worker.create({ connection, namespace, taskQueue: 'floor', workflowBundle: bundle }),
    Worker.create({ connection, namespace, taskQueue: 'floor-activities', activities: { ...createFloorActivities() } }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  const seconds = await timeOf(async () => {
    const handles = await inBatches(count, (index) =>
      client.workflow.start<typeof floor>('floor', { taskQueue: 'floor', workflowId: `floor-${Date.now()}-${index}` }),
    );
    await Promise.all(handles.map((handle) => handle.result()));
  });
  for (const worker of workers) worker.shutdown();
  await running;
  return count / seconds;
}

export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Calls `make` for 0..count-1 with at most `parallel` calls under way. */
export async function inBatches<T>(count: number, make: (index: number) => Promise<T>, parallel = 20): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(parallel, count) }, async () => {
      for (let index = next++; index < count; index = next++) results[index] = await make(index);
    }),
  );
  return results;
}
