/**
 * Memory of worker and gateway when thousands of changes are alive: each has had an event and waits for the next one. Actors wait
 * without being in memory; what grows is what the processes keep for all of them together.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { actorId } from '../domain/review/actor-target.ts';
import { workflowTypes } from '../domain/wire.ts';
import { signatureOf } from '../providers/github/verify.ts';
import { inBatches } from './harness/batches.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { benchRepo } from './harness/code-host.ts';
import { megabytes, pss } from './harness/pss.ts';
import { hostName, startReviewSystem, type ReviewSystem } from './harness/review-system.ts';
import { plain, type Row } from './harness/table.ts';
import { waitFor } from './harness/wait-for.ts';

const full = 2000;
const quickly = 200;
/** So many first: what the first events load stays the same however many follow. */
const warmUp = 20;
const patienceSeconds = 600;
/** For memory that is given back a little later. */
const settleMs = 10_000;
const mega = 1024 * 1024;

export const actors: Benchmark = {
  name: 'actors',
  title: 'actors: memory with many live changes (proportional set size)',
  async run({ temporalCli, quick, say }, scope) {
    const count = quick ? quickly : full;
    const system = await startReviewSystem(scope, { temporalCli });
    await wake(system, 1, warmUp);
    await delay(settleMs);
    const before = await memoryOf(system);
    let most = before.worker;
    for (let next = warmUp + 1; next <= count; next += 200) {
      const last = Math.min(next + 199, count);
      await wake(system, next, last);
      const now = await pss(system.worker.pid);
      most = Math.max(most, now);
      say(`${last} live: the worker takes ${megabytes(now)}`);
    }
    await delay(settleMs);
    const after = await memoryOf(system);
    return {
      rows: [
        plain('live actors', await liveActors(system.server.client), ''),
        ...rowsOf('worker', before.worker, after.worker, count - warmUp),
        plain('  at most, while they came', most / mega, 'MB'),
        ...rowsOf('gateway', before.gateway, after.gateway, count - warmUp),
        ...rowsOf('Temporal server, in memory', before.server, after.server, count - warmUp),
      ],
    };
  },
};

interface Memory {
  worker: number;
  gateway: number;
  server: number;
}

/** Bytes. */
async function memoryOf({ worker, gateway, server }: ReviewSystem): Promise<Memory> {
  return { worker: await pss(worker.pid), gateway: await pss(gateway.pid), server: await pss(server.pid) };
}

function rowsOf(name: string, before: number, after: number, actorsMore: number): Row[] {
  return [
    plain(name, after / mega, 'MB'),
    plain(`  with ${warmUp} live actors`, before / mega, 'MB'),
    plain('  for each further one', (after - before) / 1024 / actorsMore, 'KB', 1),
  ];
}

/** A comment on each of these pull requests, which the code host knows nothing of; resolves when all of them are handled. */
async function wake(system: ReviewSystem, from: number, to: number): Promise<void> {
  const { client } = system.server;
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  await inBatches(numbers.length, async (index) => await comment(system, numbers[index] ?? 0));
  await waitFor(`${to} live actors that have nothing to do`, patienceSeconds, async () => {
    const busy = await inBatches(numbers.length, async (index) => await isBusy(client, numbers[index] ?? 0));
    return !busy.includes(true) && (await liveActors(client)) === to;
  });
}

async function isBusy(client: Client, number: number): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(idOf(number)).describe();
  return Boolean(raw.pendingWorkflowTask) || (raw.pendingActivities ?? []).length > 0;
}

async function liveActors(client: Client): Promise<number> {
  const query = `WorkflowType="${workflowTypes.changeActor}" AND ExecutionStatus="Running"`;
  return (await client.workflow.count(query)).count;
}

function idOf(number: number): string {
  return actorId({ kind: 'change', host: hostName, ...benchRepo, number });
}

/** Somebody says something that is no command. Rejects where the gateway does not take it. */
async function comment({ relay, secret }: ReviewSystem, number: number): Promise<void> {
  const { org, repo } = benchRepo;
  const person = { login: 'carol', type: 'User' };
  const now = new Date().toISOString();
  const payload = {
    action: 'created',
    issue: {
      number,
      title: `Change ${number}`,
      body: 'A change.',
      state: 'open',
      user: person,
      labels: [],
      assignees: [],
      pull_request: {},
      html_url: `http://127.0.0.1/${org}/${repo}/pull/${number}`,
      updated_at: now,
    },
    comment: { id: number, body: 'Thank you.', user: person, created_at: now, updated_at: now },
    repository: { name: repo, full_name: `${org}/${repo}`, owner: { login: org } },
    sender: person,
  };
  const body = Buffer.from(JSON.stringify(payload));
  const { status } = await relay.send(
    {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': signatureOf(secret, body),
    },
    body,
  );
  if (status !== 200) throw new Error(`The gateway answered ${status}.`);
}
