/** External plugins and real actors: an event waits for the plugin that is away, and for nobody else. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createForwardActivities } from '../../activities/forward-event.ts';
import { createActorSignals } from '../../clients/temporal/actor-signals.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import { parsePlugins } from '../../config/load-plugins.ts';
import { actorId, type ChangeTarget } from '../../domain/review/actor-target.ts';
import type { ActorState } from '../../domain/review/actor-state.ts';
import type { EvaluateActivities } from '../../domain/review/evaluation.ts';
import { briefOf } from '../../domain/review/event-brief.ts';
import type { ResolveActivities } from '../../domain/review/resolved-event.ts';
import { queries, taskQueues } from '../../domain/wire.ts';
import { signatureOf } from '../../providers/github/verify.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createMemoryBlobs } from '../fakes/memory-blobs.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';
import { commentEvent, envelopeOf, pullItem } from '../fixtures/envelopes.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';
import { workflowBundle } from '../harness/workflow-bundle.ts';

let env: TestWorkflowEnvironment;
let slow: WebhookReceiver;
let quick: WebhookReceiver;
let workers: Worker[] = [];
let polling: Promise<unknown>;
const blobs = createMemoryBlobs();
const body = Buffer.from('{"action":"created"}');

const git: ResolveActivities = { resolveEvent: async ({ envelope }) => ({ envelope, brief: briefOf(envelope) }) };
const evaluate: EvaluateActivities = {
  evaluateEvent: async () => ({ effects: [], failures: [], forwards: ['slow', 'quick'], generation: 'g' }),
};

beforeAll(async () => {
  watchTaskFailures();
  [env, slow, quick] = await Promise.all([startDevServer(), createWebhookReceiver(), createWebhookReceiver()]);
  await registerSearchAttributes(env.connection, 'default');
  const config = parsePlugins(
    'plugins.yaml',
    `external_plugins: {acme: [{name: slow, endpoint: "${slow.url}"}, {name: quick, endpoint: "${quick.url}"}]}`,
  );
  const forwards = createForwardActivities({
    plugins: () => config,
    blobs,
    secrets: () => new Map([['*', ['quiet']]]),
    logger: createLogger({ component: 'test', level: 'silent' }),
  });
  const bundle = await workflowBundle();
  const connection = env.nativeConnection;
  workers = await Promise.all([
    Worker.create({ connection, taskQueue: taskQueues.actors, workflowBundle: bundle }),
    Worker.create({ connection, taskQueue: taskQueues.git, activities: { ...git } }),
    Worker.create({ connection, taskQueue: taskQueues.plugins, activities: { ...evaluate, ...forwards } }),
  ]);
  polling = Promise.all(workers.map((worker) => worker.run()));
}, 120_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
  await Promise.all([slow.close(), quick.close()]);
  await env?.teardown();
}, 60_000);

async function send(target: ChangeTarget, delivery: string): Promise<void> {
  const key = `bucket/${delivery}`;
  await blobs.put(key, body);
  const envelope = envelopeOf([commentEvent('hello')], {
    id: `forge:${delivery}`,
    delivery,
    repo: { org: target.org, repo: target.repo },
    source: { event: 'issue_comment', action: 'created' },
    item: pullItem(),
    payload: { key, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex'), headers: {} },
  });
  await createActorSignals(env.client).changeEventsReceived(target, [envelope]);
}

const deliveriesAt = ({ received }: WebhookReceiver) => received.map(({ headers }) => headers['x-github-delivery']);

test('52. a plugin that answers 503 twice gets the event a third time; nobody else waits, and its events keep their order', async () => {
  const target: ChangeTarget = { kind: 'change', host: 'forge', org: 'acme', repo: `app-${randomUUID()}`, number: 7 };
  let refusals = 2;
  slow.answer = () => ({ status: refusals-- > 0 ? 503 : 200 });

  await send(target, 'd-1');
  await send(target, 'd-2');

  await eventually(() => deliveriesAt(quick).length === 2, 'the other plugin has both');
  await eventually(() => deliveriesAt(slow).length === 4, 'the plugin has both at last');
  expect(deliveriesAt(slow)).toEqual(['d-1', 'd-1', 'd-1', 'd-2']);
  expect(deliveriesAt(quick)).toEqual(['d-1', 'd-2']);
  expect(slow.received.map(({ headers }) => headers['x-hub-signature-256'])).toEqual(
    Array.from({ length: 4 }, () => signatureOf('quiet', body)),
  );
  const state = () => env.client.workflow.getHandle(actorId(target)).query<ActorState>(queries.state);
  await eventually(async () => (await state()).errands.length === 0, 'nothing is left to be done');
  expect((await state()).failures).toEqual([]);
});

test('53. a plugin that refuses an event does not get it again, and the page of the change says so', async () => {
  const target: ChangeTarget = { kind: 'change', host: 'forge', org: 'acme', repo: `app-${randomUUID()}`, number: 7 };
  slow.answer = 400;
  slow.received = [];

  await send(target, 'd-3');

  const state = () => env.client.workflow.getHandle(actorId(target)).query<ActorState>(queries.state);
  await eventually(async () => (await state()).failures.length > 0, 'it is told');
  expect((await state()).failures).toMatchObject([{ reason: expect.stringContaining('400') }]);
  expect(deliveriesAt(slow)).toEqual(['d-3']);
});
