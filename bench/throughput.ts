/**
 * ProwJobs per second, end to end with executor `none`, beside the floor of Temporal itself on the same server in the same
 * run: bare workflows of three activities, run by a process of the same kind.
 */
import type { Client } from '@temporalio/client';
import { startFloor, startFloorByWorkflow, startFloorWorker, startLocalFloor } from './floor/start.ts';
import { inBatches, timeOf } from './harness/batches.ts';
import type { Benchmark, BenchOptions } from './harness/benchmark.ts';
import { cpuSecondsOfAll } from './harness/cpu-time.ts';
import { createStarter, startByName, writeConfig } from './harness/plain-jobs.ts';
import type { Scope } from './harness/scope.ts';
import { atLeast, plain, type Row } from './harness/table.ts';
import { startTemporalServer, type Store } from './harness/temporal-server.ts';
import { startWorker } from './harness/worker.ts';

/** Floor and product take turns, so that a disturbance of the machine meets both. */
const full = { rounds: 5, perRound: 60, warmUp: 40 };
const quickly = { rounds: 1, perRound: 30, warmUp: 10 };
const target = 0.6;

export const throughput: Benchmark = {
  name: 'throughput',
  title: 'throughput: ProwJobs per second with executor none, beside bare workflows of three activities',
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
  const contestants = [
    { name: 'floor', pid: floorWorker.pid, start: () => startFloor(client) },
    { name: 'localFloor', pid: floorWorker.pid, start: () => startLocalFloor(client) },
    { name: 'job', pid: worker.pid, start: startPlain },
    { name: 'floorByWorkflow', pid: floorWorker.pid, start: () => startFloorByWorkflow(client) },
    { name: 'jobByName', pid: worker.pid, start: () => startByName(client) },
  ] as const;
  const used = async (pid: number) => await cpuSecondsOfAll([server.pid, pid]);
  const seconds = { floor: 0, localFloor: 0, job: 0, floorByWorkflow: 0, jobByName: 0 };
  const cpu = { ...seconds };
  for (const { start } of contestants) await runAll(client, start, warmUp);
  for (let round = 1; round <= rounds; round++) {
    for (const { name, pid, start } of contestants) {
      const before = await used(pid);
      seconds[name] += await runAll(client, start, perRound);
      cpu[name] += (await used(pid)) - before;
    }
    say(`${storeText[store]}: round ${round} of ${rounds}`);
  }
  for (const child of [floorWorker, worker, server]) await child.stop();

  const count = rounds * perRound;
  const where = storeText[store];
  const compare = (floor: keyof typeof seconds, ours: keyof typeof seconds, floorText: string, text: string): Row[] => [
    plain(`${where}: ${floorText}`, count / seconds[floor], '/s', 1),
    plain(`${where}: ${text}`, count / seconds[ours], '/s', 1),
    atLeast('  share of the floor', seconds[floor] / seconds[ours], target, '', 2),
    plain('  processor time of server and worker, each bare one', (cpu[floor] / count) * 1000, 'ms', 1),
    plain('  processor time of server and worker, each of ours', (cpu[ours] / count) * 1000, 'ms', 1),
  ];
  return [
    plain(`${where}: bare workflows whose third activity is a local one`, count / seconds.localFloor, '/s', 1),
    ...compare('floor', 'job', 'bare workflows of three activities', 'ProwJobs, started as a Schedule does'),
    ...compare('floorByWorkflow', 'jobByName', 'bare, started by a workflow', 'ProwJobs, started through startJob'),
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
