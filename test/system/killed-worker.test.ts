/** A worker, or `up` itself, is killed in mid job: the job runs once, ends once and is never forgotten. */
import { afterEach, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { eventually } from '../harness/eventually.ts';
import { killQuietly } from '../harness/processes.ts';
import type { RunningSystem } from '../harness/system.ts';
import { expectRanOnce, letEnd, notesOf, systemWith, waitingJob } from '../harness/waiting-jobs.ts';

let system: RunningSystem | undefined;
let client: Client | undefined;
afterEach(async () => {
  await client?.connection.close();
  await system?.dispose();
}, 30_000);

const patience = { timeoutMs: 60_000, intervalMs: 50 };

async function connect({ temporalPort }: RunningSystem): Promise<Client> {
  return (client = await connectTemporal({ address: `127.0.0.1:${temporalPort}`, namespace: 'default' }));
}

const workerProgram = /workers\/embedded\.js/;

test('a worker that is killed in mid job: the next one adopts the run, whether it still runs or ended in the meantime', async () => {
  const running = (system = await systemWith(waitingJob('outlives'), waitingJob('ends-meanwhile')));
  await running.start();
  const temporal = await connect(running);
  for (const job of ['outlives', 'ends-meanwhile']) {
    await running.whenInState(job, 'pending');
    await eventually(() => notesOf(running, job).length === 1, `${job} runs`, patience);
  }
  const killed = running.processOf(workerProgram)?.pid ?? 0;

  killQuietly(killed);
  letEnd(running, 'ends-meanwhile');
  const isReady = () => running.logFile('worker').split('"Worker ready"').length > 2;
  await eventually(isReady, 'another worker is ready', patience);
  letEnd(running, 'outlives');
  await running.whenInState('outlives', 'success');
  await running.whenInState('ends-meanwhile', 'success');

  expect(running.output()).toContain('worker ended (killed by SIGKILL); starting it again.');
  for (const job of ['outlives', 'ends-meanwhile']) await expectRanOnce(running, job, temporal);
}, 120_000);

test('`up` that is killed: the others end, the next start adopts the running job, and it runs once', async () => {
  const running = (system = await systemWith(waitingJob('outlives')));
  await running.start();
  await running.whenInState('outlives', 'pending');
  await eventually(() => notesOf(running, 'outlives').length === 1, 'the job runs', patience);

  await running.killUp();
  const rolesAreGone = () => running.processOf(/workers\/(embedded|deck)\.js/) === undefined;
  await eventually(rolesAreGone, 'worker and Deck have ended', patience);
  expect(running.processOf(/supervisor\.js/)).toBeDefined();
  await running.start();
  letEnd(running, 'outlives');
  await running.whenInState('outlives', 'success');

  await expectRanOnce(running, 'outlives', await connect(running));
}, 120_000);
