/**
 * How late periodics start: workflow start minus scheduled time, of schedules that the product itself has made from a
 * configuration. Few that are due in one second, and a crowd, beside bare schedules and bare starts on the same server.
 */
import type { Client } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';
import { onceAt } from '../domain/schedule-first-run.ts';
import { floorQueue } from './floor/queues.ts';
import { startFloor, startFloorWorker } from './floor/start.ts';
import { inBatches, timeOf } from './harness/batches.ts';
import type { Benchmark, BenchOptions } from './harness/benchmark.ts';
import { writeConfig } from './harness/plain-jobs.ts';
import type { Scope } from './harness/scope.ts';
import { median, percentile } from './harness/statistics.ts';
import { atLeast, atMost, plain, type Row } from './harness/table.ts';
import { startTemporalServer, type BenchServer } from './harness/temporal-server.ts';
import { waitFor } from './harness/wait-for.ts';
import { startWorker } from './harness/worker.ts';

const few = 5;
/** The few are due together every 15 s, so often. */
const fullSize = { firings: 8, crowd: 200 };
const quickSize = { firings: 2, crowd: 30 };
const fewEverySeconds = 15;
const mostLate = 1;
/** From now until the crowd is due: its schedules must be there before. */
const leadMs = 60_000;
const spareMs = 2_000;
const drainSeconds = 300;
const target = 0.6;

export const lateness: Benchmark = {
  name: 'lateness',
  title: 'lateness: workflow start minus scheduled time',
  async run(options, scope) {
    return { rows: [...(await measureFew(options, scope)), ...(await measureCrowd(options, scope))] };
  },
};

async function measureFew({ temporalCli, quick, say }: BenchOptions, scope: Scope): Promise<Row[]> {
  const { firings } = quick ? quickSize : fullSize;
  const server = await startTemporalServer(scope, temporalCli, 'file');
  const names = Array.from({ length: few }, (_, index) => `bench-few-${index}`);
  const worker = await startWorker(scope, server, writeConfig(scope, names, `*/${fewEverySeconds} * * * * *`));
  const query = 'WorkflowType="prowJob"';
  say(`${few} schedules, ${firings} times`);
  await whenCounted(server.client, query, few * firings, (firings + 2) * fewEverySeconds + drainSeconds);
  const late = latenessOf(await scheduledStarts(server.client, query));
  for (const child of [worker, server]) await child.stop();
  return [
    plain(`${few} due in the same second, ${late.length} starts: median`, median(late), 's', 3),
    atMost(`${few} due in the same second: p99`, percentile(late, 0.99), mostLate, 's', 3),
  ];
}

async function measureCrowd({ temporalCli, quick, say }: BenchOptions, scope: Scope): Promise<Row[]> {
  const { crowd } = quick ? quickSize : fullSize;
  const server = await startTemporalServer(scope, temporalCli, 'file');
  const { client } = server;
  const floorWorker = await startFloorWorker(scope, server);

  const starts = await startBare(client, crowd);
  say(`${crowd} bare schedules`);
  const bare = await fireBareSchedules(client, crowd);
  await floorWorker.stop();
  say(`${crowd} periodics`);
  const ours = await firePeriodics(server, scope, crowd);

  const late = latenessOf(ours);
  return [
    plain(`${crowd} due in the same second: median`, median(late), 's', 2),
    plain(`${crowd} due in the same second: p99`, percentile(late, 0.99), 's', 2),
    plain(`bare schedules: p99`, percentile(latenessOf(bare), 0.99), 's', 2),
    plain(`drain of ${crowd} bare starts by a client`, starts, '/s', 1),
    plain(`drain of ${crowd} bare schedules`, drainRate(bare), '/s', 1),
    plain(`drain of ${crowd} periodics`, drainRate(ours), '/s', 1),
    atLeast('share of the bare schedules', drainRate(ours) / drainRate(bare), target, '', 2),
  ];
}

/** Starts per second; returns when the workflows have ended, so that what follows has the machine for itself. */
async function startBare(client: Client, crowd: number): Promise<number> {
  let started: string[] = [];
  const seconds = await timeOf(async () => (started = await inBatches(crowd, () => startFloor(client))));
  await Promise.all(started.map((workflowId) => client.workflow.getHandle(workflowId).result()));
  return crowd / seconds;
}

const barePrefix = 'bare-';

async function fireBareSchedules(client: Client, crowd: number): Promise<ScheduledStart[]> {
  const due = wholeSecond(Date.now() + leadMs);
  await inBatches(crowd, (index) =>
    client.schedule.create({
      scheduleId: `${barePrefix}${index}`,
      spec: { calendars: [onceAt(due)] },
      action: {
        type: 'startWorkflow',
        workflowType: 'floor',
        taskQueue: floorQueue,
        workflowId: `${barePrefix}${index}`,
      },
    }),
  );
  return await whenDrained(client, due, crowd, `WorkflowType="floor" AND WorkflowId STARTS_WITH "${barePrefix}"`);
}

async function firePeriodics(server: BenchServer, scope: Scope, crowd: number): Promise<ScheduledStart[]> {
  const due = wholeSecond(Date.now() + leadMs);
  const cron = `${due.getUTCSeconds()} ${due.getUTCMinutes()} ${due.getUTCHours()} ${due.getUTCDate()} ${due.getUTCMonth() + 1} *`;
  const names = Array.from({ length: crowd }, (_, index) => `bench-crowd-${index}`);
  await startWorker(scope, server, writeConfig(scope, names, cron));
  return await whenDrained(server.client, due, crowd, 'WorkflowType="prowJob"');
}

/** Waits until all of the crowd have run, and returns their starts. */
async function whenDrained(client: Client, due: Date, count: number, query: string): Promise<ScheduledStart[]> {
  if (Date.now() > due.getTime() - spareMs)
    throw new Error('The schedules were not made in time; the machine is busy.');
  // No questions while the server has to be on time.
  await delay(due.getTime() - Date.now() + spareMs);
  await whenCounted(client, `${query} AND ExecutionStatus="Completed"`, count, drainSeconds);
  return await scheduledStarts(client, query);
}

async function whenCounted(client: Client, query: string, count: number, seconds: number): Promise<void> {
  await waitFor(`${count} workflows`, seconds, async () => (await client.workflow.count(query)).count >= count, 1_000);
}

interface ScheduledStart {
  scheduled: number;
  started: number;
}

async function scheduledStarts(client: Client, query: string): Promise<ScheduledStart[]> {
  const found: ScheduledStart[] = [];
  for await (const { startTime, searchAttributes } of client.workflow.list({ query })) {
    const scheduled = searchAttributes['TemporalScheduledStartTime']?.[0];
    if (!(scheduled instanceof Date)) throw new Error('A workflow was not started by a schedule.');
    found.push({ scheduled: scheduled.getTime(), started: startTime.getTime() });
  }
  return found;
}

/** Seconds. */
function latenessOf(starts: readonly ScheduledStart[]): number[] {
  return starts.map(({ scheduled, started }) => (started - scheduled) / 1000);
}

/** Per second, from the instant that all were due until the last start. */
function drainRate(starts: readonly ScheduledStart[]): number {
  return starts.length / Math.max(...latenessOf(starts));
}

function wholeSecond(time: number): Date {
  return new Date(Math.ceil(time / 1000) * 1000);
}
