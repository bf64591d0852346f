/** Actors on a real server: what an event costs in history there, and what a storm of signals does. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createActorSignals } from '../../clients/temporal/actor-signals.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import { actorId, type ChangeTarget } from '../../domain/review/actor-target.ts';
import type { ActorState } from '../../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import type { Explanation } from '../../domain/review/explanation.ts';
import { queries, taskQueues } from '../../domain/wire.ts';
import { createActorWorld, wants, worldHost, type WorldAnswers } from '../fakes/actor-world.ts';
import { commentEvent, envelopeOf, pullItem } from '../fixtures/envelopes.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';
import { workflowBundle } from '../harness/workflow-bundle.ts';

let env: TestWorkflowEnvironment;
let workers: Worker[] = [];
let polling: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  watchTaskFailures();
  env = await startDevServer();
  await registerSearchAttributes(env.connection, 'default');
}, 120_000);

afterEach(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
});

afterAll(async () => {
  await env?.teardown();
});

async function startActor(answers: Partial<WorldAnswers> = {}) {
  const world = createActorWorld(answers);
  const bundle = await workflowBundle();
  const connection = env.nativeConnection;
  workers = await Promise.all([
    Worker.create({ connection, taskQueue: taskQueues.actors, workflowBundle: bundle }),
    ...Object.entries(world.activities).map(([taskQueue, activities]) =>
      Worker.create({ connection, taskQueue, activities }),
    ),
  ]);
  polling = Promise.all(workers.map((worker) => worker.run()));
  const target: ChangeTarget = { kind: 'change', host: worldHost, org: 'acme', repo: `app-${randomUUID()}`, number: 7 };
  const signals = createActorSignals(env.client);
  const handle = env.client.workflow.getHandle(actorId(target));
  const explain = () => handle.query<Explanation>(queries.explain);
  return {
    ...world,
    explain,
    state: () => handle.query<ActorState>(queries.state),
    send: (...envelopes: ChangeEventEnvelope[]) => signals.changeEventsReceived(target, envelopes),
    handled: (count: number) =>
      eventually(
        async () => {
          const { handled, doing } = await explain();
          return handled >= count && doing === undefined;
        },
        `${count} events have been handled`,
        { timeoutMs: 90_000 },
      ),
    historyLength: async () => (await handle.fetchHistory()).events?.length ?? 0,
  };
}

const says = (body: string) => envelopeOf([commentEvent(body)], { item: pullItem() });

test('a comment that nobody minds costs 10 events of history, a command that adds a label 16', async () => {
  const actor = await startActor({
    evaluate: (request) =>
      wants(request, JSON.stringify(request).includes('/lgtm') ? [{ kind: 'addLabel', label: 'lgtm' }] : []),
  });
  await actor.send(says('first'));
  await actor.handled(1);
  const start = await actor.historyLength();

  await actor.send(says('thank you'));
  await actor.handled(2);
  const comment = await actor.historyLength();
  await actor.send(says('/lgtm'));
  await actor.handled(3);
  const command = await actor.historyLength();

  // The first has the start of the actor, its search attributes and its timer as well.
  expect([start, comment - start, command - comment]).toEqual([13, 10, 16]);
});

test('a storm of 300 signals, of which 50 repeat others, is handled as 250 events in order', async () => {
  const actor = await startActor();
  const envelopes = Array.from({ length: 250 }, (_, index) => says(`comment ${index}`));
  const [first] = envelopes;
  if (!first) throw new Error('250');
  await actor.send(first);

  await Promise.all(envelopes.slice(0, 50).map((envelope) => actor.send(envelope)));
  for (const envelope of envelopes.slice(1)) await actor.send(envelope);
  await actor.handled(250);

  const bodies = actor.evaluated.map(({ envelope: { events } }) => events[0]?.kind === 'comment' && events[0].body);
  expect(new Set(bodies).size).toBe(250);
  expect(bodies).toHaveLength(250);
  expect(bodies.slice(50)).toEqual(envelopes.slice(50).map((_, index) => `comment ${index + 50}`));
}, 120_000);

test('a signal of 300 events is handled in order, and leaves a small state', async () => {
  const actor = await startActor();
  const envelopes = Array.from({ length: 300 }, (_, index) => says(`comment ${index}`));

  await actor.send(...envelopes);
  await actor.handled(300);

  expect(actor.evaluated.map(({ envelope }) => envelope.id)).toEqual(envelopes.map(({ id }) => id));
  expect(JSON.stringify(await actor.state()).length).toBeLessThan(25_000);
}, 120_000);
