/** Starts the floor's worker, and floor workflows the way the product starts its own. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { workersMemoryFlags } from '../../cli/up/index.ts';
import { startChild, type BenchChild } from '../harness/child.ts';
import { compiled } from '../harness/paths.ts';
import type { Scope } from '../harness/scope.ts';
import type { BenchServer } from '../harness/temporal-server.ts';
import { floorQueue } from './queues.ts';
import type { floor, floorActor, FloorEvent, floorStart } from './workflows.ts';

export async function startFloorWorker(scope: Scope, server: BenchServer): Promise<BenchChild> {
  const child = startChild(scope, {
    command: process.execPath,
    args: [...workersMemoryFlags, compiled('bench/floor/worker.js'), server.address],
    logFile: join(scope.folder(), 'floor.log'),
  });
  await child.whenReady();
  return child;
}

/** Resolves with the workflow's id when the server has it. */
export async function startFloor(client: Client): Promise<string> {
  return await startBare(client, 'floor');
}

/** Its last activity is a local one. */
export async function startLocalFloor(client: Client): Promise<string> {
  return await startBare(client, 'floorLocally');
}

async function startBare(client: Client, type: 'floor' | 'floorLocally'): Promise<string> {
  const workflowId = `floor-${randomUUID()}`;
  await client.workflow.start<typeof floor>(type, { taskQueue: floorQueue, workflowId });
  return workflowId;
}

/** Through a starting workflow; resolves with the started one's id. */
export async function startFloorByWorkflow(client: Client): Promise<string> {
  return await client.workflow.execute<typeof floorStart>('floorStart', {
    taskQueue: floorQueue,
    workflowId: `floor-start-${randomUUID()}`,
  });
}

/** Tells a bare actor of an event, and starts it where it is not running; it ends after so many events. */
export async function signalFloorActor(
  client: Client,
  workflowId: string,
  events: number,
  event: FloorEvent,
): Promise<void> {
  await client.workflow.signalWithStart<typeof floorActor, [FloorEvent]>('floorActor', {
    taskQueue: floorQueue,
    workflowId,
    args: [events],
    signal: 'floorTold',
    signalArgs: [event],
  });
}
