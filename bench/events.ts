/** What a plain ProwJob costs in history: events and bytes of real ones, the records' activities included. */
import type { Client } from '@temporalio/client';
import type { Benchmark } from './harness/benchmark.ts';
import { createStarter, writeConfig } from './harness/plain-jobs.ts';
import { median } from './harness/statistics.ts';
import { atMost, plain } from './harness/table.ts';
import { startTemporalServer } from './harness/temporal-server.ts';
import { startWorker } from './harness/worker.ts';

/** Whether two activities that run at once share a workflow task is a matter of chance: the longest of some counts. */
const samples = 20;
const most = 33;

export const events: Benchmark = {
  name: 'events',
  title: 'events: history of a plain ProwJob',
  async run({ temporalCli }, scope) {
    const server = await startTemporalServer(scope, temporalCli, 'memory');
    const config = writeConfig(scope);
    await startWorker(scope, server, config);
    const start = await createStarter(scope, server.client, config);
    const histories: { events: number; bytes: number; activities: number }[] = [];
    for (let sample = 0; sample < samples; sample++) histories.push(await historyOf(server.client, await start()));
    return {
      rows: [
        plain('activities', Math.max(...histories.map(({ activities }) => activities)), ''),
        plain('events, median', median(histories.map(({ events }) => events)), ''),
        atMost(`events, most of ${samples}`, Math.max(...histories.map(({ events }) => events)), most, ''),
        plain('bytes, median', median(histories.map(({ bytes }) => bytes)), 'B'),
      ],
    };
  },
};

async function historyOf(client: Client, workflowId: string) {
  const handle = client.workflow.getHandle(workflowId);
  await handle.result();
  const history = await handle.fetchHistory();
  const { historySize } = await handle.describe();
  const all = history.events ?? [];
  return {
    events: all.length,
    bytes: historySize ?? Number.NaN,
    activities: all.filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes).length,
  };
}
