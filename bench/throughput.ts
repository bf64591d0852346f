/**
 * ProwJobs per second, end to end with executor `none`, beside the floor of Temporal itself on the same server in the same
 * run: bare workflows with as many activities, run by a process of the same kind.
 */
import type { Client } from '@temporalio/client';
import { startFloor, startFloorByWorkflow, startFloorWorker } from './floor/start.ts';
import { inBatches, timeOf } from './harness/batches.ts';
import type { Benchmark, BenchOptions } from './harness/benchmark.ts';
import { createStarter, plainJob, startByName, writeConfig } from './harness/plain-jobs.ts';
import type { Scope } from './harness/scope.ts';
import { atLeast, plain, type Row } from './harness/table.ts';
import { startTemporalServer, type Store } from './harness/temporal-server.ts';
import { startWorker } from './harness/worker.ts';

/** Floor and product take turns, so that a disturbance of the machine meets both. */
const full = { rounds: 3, perRound: 100, warmUp: 40 };
const quickly = { rounds: 1, perRound: 30, warmUp: 10 };
const target = 0.6;

export const throughput: Benchmark = {
  name: 'throughput',
  title: 'throughput: ProwJobs per second with executor none, beside bare workflows with as many activities',
  async run(options, scope) {
    const rows: Row[] = [];
    for (const store of ['memory', 'file'] as const) rows.push(...(await measure(options, scope, store)));
    return { rows };
  },
};

async function measure({ temporalCli, quick, say }: BenchOptions, scope: Scope, store: Store): Promise<Row[]> {
  const { rounds, perRound, warmUp } = quick ? quickly : full;
  const server = await startTemporalServer(scope, temporalCli, store);
  const { client } = server;
  const config = writeConfig(scope);
  const worker = await startWorker(scope, server, config);
  const floorWorker = await startFloorWorker(scope, server);
  const startPlain = await createStarter(scope, client, config);
  const contestants = {
    floor: () => startFloor(client),
    job: startPlain,
    floorByWorkflow: () => startFloorByWorkflow(client),
    jobByName: () => startByName(client),
  };
  const seconds = { floor: 0, job: 0, floorByWorkflow: 0, jobByName: 0 };
  const names = Object.keys(contestants) as (keyof typeof contestants)[];
  for (const name of names) await runAll(client, contestants[name], warmUp);
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) seconds[name] += await runAll(client, contestants[name], perRound);
    say(`${storeText[store]}: round ${round} of ${rounds}`);
  }
  for (const child of [floorWorker, worker, server]) await child.stop();

  const rate = (name: keyof typeof seconds) => (rounds * perRound) / seconds[name];
  const where = storeText[store];
  return [
    plain(`${where}: bare workflows`, rate('floor'), '/s', 1),
    plain(`${where}: ProwJobs, started as a Schedule does`, rate('job'), '/s', 1),
    atLeast(`${where}: share of the floor`, rate('job') / rate('floor'), target, '', 2),
    plain(`${where}: bare workflows, started by a workflow`, rate('floorByWorkflow'), '/s', 1),
    plain(`${where}: ProwJobs "${plainJob}", started through startJob`, rate('jobByName'), '/s', 1),
    atLeast(`${where}: share of that floor`, rate('jobByName') / rate('floorByWorkflow'), target, '', 2),
  ];
}

const storeText = { memory: 'server in memory', file: 'server on a file' } as const satisfies Record<Store, string>;

/** Seconds from the first start until the last has ended. */
async function runAll(client: Client, start: () => Promise<string>, count: number): Promise<number> {
  return await timeOf(async () => {
    const started = await inBatches(count, start);
    await Promise.all(started.map((workflowId) => client.workflow.getHandle(workflowId).result()));
  });
}
