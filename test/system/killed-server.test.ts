/** The Temporal server is killed in mid schedule, again and again: no run is lost or doubled, and schedules go on. */
import { afterEach, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { ids } from '../../domain/wire.ts';
import { eventually } from '../harness/eventually.ts';
import { killQuietly } from '../harness/processes.ts';
import type { RunningSystem } from '../harness/system.ts';
import { expectRanOnce, letEnd, notesOf, systemWith, tickingJob, waitingJob } from '../harness/waiting-jobs.ts';

let system: RunningSystem | undefined;
let client: Client | undefined;
afterEach(async () => {
  await client?.connection.close();
  await system?.dispose();
}, 30_000);

/** An answer of an activity that was lost on the way is missed when its time is over: 30 s for the longest of a quick job. */
const patience = { timeoutMs: 120_000, intervalMs: 50 };

async function connect({ temporalPort }: RunningSystem): Promise<Client> {
  return (client = await connectTemporal({ address: `127.0.0.1:${temporalPort}`, namespace: 'default' }));
}

const serverProgram = /server start-dev/;

test('a Temporal server that is killed again and again: no run lost or doubled, schedules go on', async () => {
  const names = ['tick-1', 'tick-2', 'tick-3'];
  const running = (system = await systemWith(waitingJob('outlives'), ...names.map((name) => tickingJob(name, '2s'))));
  await running.start();
  await eventually(() => notesOf(running, 'outlives').length === 1, 'the long job runs', patience);
  await eventually(() => names.every((name) => notesOf(running, name).length > 1), 'all have run', patience);

  for (let kills = 0; kills < 4; kills += 1) {
    let server: number | undefined;
    await eventually(() => (server = running.processOf(serverProgram)?.pid) !== undefined, 'it is there', patience);
    killQuietly(server ?? 0);
    await eventually(() => running.processOf(serverProgram)?.pid !== server, 'it is gone', patience);
  }
  const before = new Map(names.map((name) => [name, notesOf(running, name).length]));
  const wentOn = (name: string) => notesOf(running, name).length > (before.get(name) ?? 0) + 2;
  await eventually(() => names.every(wentOn), 'schedules go on', patience);
  letEnd(running, 'outlives');
  await running.whenInState('outlives', 'success');

  const temporal = await connect(running);
  await expectRanOnce(running, 'outlives', temporal);
  for (const name of names) {
    await temporal.schedule.getHandle(ids.periodicSchedule(name)).pause();
    const jobs = async () => await running.prowJobs(name);
    const isQuiet = async () => {
      const all = await jobs();
      return all.every(({ status }) => status.completionTime) && all.length === notesOf(running, name).length;
    };
    await eventually(isQuiet, `all runs of ${name} have ended and are shown`, patience);
    const all = await jobs();
    expect(new Set(all.map(({ status }) => status.state))).toEqual(new Set(['success']));
    expect(notesOf(running, name).toSorted()).toEqual(all.map(({ metadata }) => metadata.name).toSorted());
    expect(running.stored(name, 'finished.json')).toHaveLength(all.length);
  }
}, 300_000);
