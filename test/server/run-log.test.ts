/** Logs by way of Temporal: what `runLog` hands through, and what happens where nobody answers. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createRunLogActivities } from '../../activities/run-logs.ts';
import { createRemoteLogs } from '../../clients/temporal/run-log.ts';
import type { LiveLogs } from '../../domain/live-logs.ts';
import { maxRunLogBytes } from '../../domain/run-log.ts';
import { taskQueues } from '../../domain/wire.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';

let env: TestWorkflowEnvironment;
let workers: Worker[] = [];
let polling: Promise<unknown>;
let asked = 0;
const log = Buffer.from(Array.from({ length: 600_000 }, (_, n) => n % 251));

const logs: LiveLogs = {
  async read({ name }, { offset, limit }) {
    asked += 1;
    if (name === 'none') return undefined;
    const content = log.subarray(offset, offset + limit);
    return { content, next: offset + content.length, atEnd: offset + limit >= log.length };
  },
};

beforeAll(async () => {
  watchTaskFailures();
  env = await startDevServer();
  const codePath = process.env['BOWSPRIT_TEST_BUNDLE'] ?? 'dist/workflow-bundle.js';
  workers = [
    await Worker.create({
      connection: env.nativeConnection,
      taskQueue: taskQueues.actors,
      workflowBundle: { codePath },
    }),
    await Worker.create({
      connection: env.nativeConnection,
      taskQueue: taskQueues.runs('far'),
      activities: createRunLogActivities({ logs }),
    }),
  ];
  polling = Promise.all(workers.map((worker) => worker.run()));
}, 60_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
  await env?.teardown();
});

const run = () => ({ name: randomUUID(), buildId: '1', container: 'test' });

test('a log comes in pieces that fit into a message, byte by byte', async () => {
  const remote = createRemoteLogs(env.client, 'far');
  const from = run();
  const pieces: Uint8Array[] = [];
  for (let offset = 0; ;) {
    const part = await remote.read(from, { offset, limit: 10_000_000 });
    if (!part) throw new Error('There is a log.');
    expect(part.content.length).toBeLessThanOrEqual(maxRunLogBytes);
    pieces.push(part.content);
    offset = part.next;
    if (part.atEnd) break;
  }

  expect(Buffer.concat(pieces).equals(log)).toBe(true);
  expect(pieces).toHaveLength(3);
});

test('where there is no log there is none', async () => {
  const remote = createRemoteLogs(env.client, 'far');

  expect(await remote.read({ ...run(), name: 'none' }, { offset: 7, limit: 10 })).toBeUndefined();
});

test('who asks the same at the same time is answered by one reading', async () => {
  const remote = createRemoteLogs(env.client, 'far');
  const from = run();
  const before = asked;

  const parts = await Promise.all(Array.from({ length: 5 }, () => remote.read(from, { offset: 0, limit: 10 })));

  expect(parts.every((part) => part?.content.length === 10)).toBe(true);
  expect(asked - before).toBe(1);
});
