/**
 * The first start with a large real configuration: from the worker's start until every periodic has its schedule, beside bare
 * schedule creates on the same server.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { floorQueue } from './floor/queues.ts';
import { inBatches, timeOf } from './harness/batches.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { realConfig } from './harness/real-config.ts';
import { plain } from './harness/table.ts';
import { startTemporalServer } from './harness/temporal-server.ts';
import { startWorker } from './harness/worker.ts';

/** Bare schedules are made half before and half after, so that a growing database is nobody's advantage. */
const bareHalf = 375;
const mostSeconds = 45;
const target = 0.6;

export const firstStart: Benchmark = {
  name: 'first-start',
  title: 'first-start: all periodics of a real configuration scheduled, executor none',
  async run(options, scope) {
    const config = realConfig(options);
    const server = await startTemporalServer(scope, options.temporalCli, 'file');
    const before = await timeOf(() => createBare(server.client));
    options.say(`${bareHalf} bare schedules in ${before.toFixed(1)} s`);
    const started = performance.now();
    const { logFile } = await startWorker(scope, server, config);
    const upSeconds = (performance.now() - started) / 1000;
    const reconcile = firstReconcile(logFile);
    options.say(`ready after ${upSeconds.toFixed(1)} s`);
    const after = await timeOf(() => createBare(server.client));

    const bareRate = (2 * bareHalf) / (before + after);
    const ourRate = reconcile.created / reconcile.seconds;
    const share = ourRate / bareRate;
    const isFast = upSeconds <= mostSeconds;
    return {
      rows: [
        plain('periodics scheduled', reconcile.created, ''),
        plain('refused by the server', reconcile.failed, ''),
        plain('bare schedules created', bareRate, '/s', 1),
        plain('periodics scheduled', ourRate, '/s', 1),
        { ...plain('share of the bare creates', share, '', 2), target: `>= ${target}`, ok: isFast || share >= target },
        {
          ...plain("from the worker's start to ready", upSeconds, 's', 1),
          target: `<= ${mostSeconds} s, or that share`,
          ok: isFast || share >= target,
        },
      ],
    };
  },
};

async function createBare(client: Client): Promise<void> {
  await inBatches(bareHalf, async () => {
    const id = `bare-${randomUUID()}`;
    await client.schedule.create({
      scheduleId: id,
      spec: { calendars: [{ month: 'JANUARY', dayOfMonth: 1 }] },
      action: { type: 'startWorkflow', workflowType: 'floor', taskQueue: floorQueue, workflowId: id },
    });
  });
}

/** What the worker says in its log about its first reconcile. */
function firstReconcile(logFile: string): { created: number; failed: number; seconds: number } {
  for (const line of readFileSync(logFile, 'utf8').split('\n')) {
    if (!line.includes('First reconcile done')) continue;
    const { result, ms } = JSON.parse(line) as { result: { created: number; failed: unknown[] }; ms: number };
    return { created: result.created, failed: result.failed.length, seconds: ms / 1000 };
  }
  throw new Error(`The worker has not reconciled; see ${logFile}`);
}
