/**
 * Thousands of ProwJobs started at once: all finish, and the memory of worker and server stays flat meanwhile. On a SQLite
 * file, as `npm start` has it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { inBatches } from './harness/batches.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { createStarter, writeConfig } from './harness/plain-jobs.ts';
import { pss } from './harness/pss.ts';
import { growth } from './harness/statistics.ts';
import { atLeast, atMost, plain } from './harness/table.ts';
import { startTemporalServer } from './harness/temporal-server.ts';
import { startWorker } from './harness/worker.ts';

const everyMs = 5_000;
const parallelStarts = 50;
/** Twice as slow as the slowest machine that this was seen on is a hang. */
const leastRate = 4;
const mostGrowth = 1.25;
const shownPoints = 10;
const mebibyte = 1024 * 1024;

export const burst: Benchmark = {
  name: 'burst',
  title: 'burst: many ProwJobs started at once (proportional set sizes over time)',
  async run({ temporalCli, burst: count, say }, scope) {
    const server = await startTemporalServer(scope, temporalCli, 'file');
    const config = writeConfig(scope);
    const worker = await startWorker(scope, server, config);
    const start = await createStarter(scope, server.client, config);
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 1000);
    let started = 0;
    let failure: unknown;
    const starting = inBatches(
      count,
      async () => {
        if (failure === undefined) await start();
        started += 1;
      },
      parallelStarts,
    ).catch((error: unknown) => (failure = error));
    scope.defer(() => (failure ??= new Error('stopped')));

    const curve: Point[] = [];
    const deadline = count / leastRate + 120;
    let finished = 0;
    while (finished < count) {
      await delay(everyMs);
      if (failure !== undefined) throw failure;
      if (seconds() > deadline) throw new Error(`${count - finished} ProwJobs have not ended after ${seconds()} s`);
      finished = await countJobs(server.client, 'ExecutionStatus="Completed"');
      const [workerMb, serverMb] = [(await pss(worker.pid)) / mebibyte, (await pss(server.pid)) / mebibyte];
      curve.push({ seconds: seconds(), started, finished, worker: workerMb, server: serverMb });
      if (curve.length % 6 === 0) say(pointText(curve.at(-1)));
    }
    await starting;
    const took = seconds();
    const succeeded = await countJobs(server.client, 'ProwState="success"');
    return {
      curve,
      rows: [
        ...thinned(curve).map((point) => ({ what: `after ${point.seconds} s`, value: pointText(point) })),
        atLeast('succeeded', succeeded, count, ''),
        plain('rate', count / took, '/s', 1),
        plain('worker, peak', Math.max(...curve.map(({ worker }) => worker)), 'MB'),
        atMost('worker, last quarter over second', growth(curve.map(({ worker }) => worker)), mostGrowth, '', 2),
        plain('server, peak', Math.max(...curve.map(({ server }) => server)), 'MB'),
        atMost('server, last quarter over second', growth(curve.map(({ server }) => server)), mostGrowth, '', 2),
      ],
    };
  },
};

interface Point extends Record<string, number> {
  seconds: number;
  started: number;
  finished: number;
  worker: number;
  server: number;
}

function pointText(point: Point | undefined): string {
  if (!point) return '';
  const { started, finished, worker, server } = point;
  return `${started} started, ${finished} ended, worker ${worker.toFixed(0)} MB, server ${server.toFixed(0)} MB`;
}

/** Some points of a curve, evenly, the last among them. */
function thinned<T>(points: readonly T[]): T[] {
  const step = Math.ceil(points.length / shownPoints);
  return points.filter((_, index) => (points.length - 1 - index) % step === 0);
}

async function countJobs(client: Client, condition: string): Promise<number> {
  return (await client.workflow.count(`WorkflowType="prowJob" AND ${condition}`)).count;
}
