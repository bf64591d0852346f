/** What no webhook has told, with real actors: they know what events told them, and are told the rest once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment, type TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createReconcileActivities } from '../../activities/reconcile.ts';
import { createActorKnowledge } from '../../clients/temporal/actor-knowledge.ts';
import { createActorSignals } from '../../clients/temporal/actor-signals.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import { parsePlugins } from '../../config/load-plugins.ts';
import { actorId, type ChangeTarget } from '../../domain/review/actor-target.ts';
import { loadEnvelope } from '../../domain/review/envelope.ts';
import type { EvaluateActivities } from '../../domain/review/evaluation.ts';
import { briefOf } from '../../domain/review/event-brief.ts';
import type { ReconciledChanges, ReconcileRequest } from '../../domain/review/reconcile-pass.ts';
import type { ResolveActivities } from '../../domain/review/resolved-event.ts';
import { taskQueues } from '../../domain/wire.ts';
import { openTestPull, testWorld, type TestWorld } from '../../forge/test-world.ts';
import { createGitHubHost } from '../../providers/github/create-github-host.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createFakeGateway, type FakeGateway } from '../fakes/gateway.ts';
import { createMemoryBlobs } from '../fakes/memory-blobs.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';
import { workflowBundle } from '../harness/workflow-bundle.ts';

const minute = 60_000;
let env: TestWorkflowEnvironment;
let world: TestWorld;
let gateway: FakeGateway;
let hook: string;
let workers: Worker[] = [];
let polling: Promise<unknown>;
const blobs = createMemoryBlobs();
/** What actors had evaluated: the change and the action, in order. */
const evaluated: string[] = [];

const git: ResolveActivities = {
  async resolveEvent({ envelope }) {
    const host = forge();
    const whole = await loadEnvelope(blobs, envelope);
    // As the real one does it: any event shows the change as it is now.
    const item = whole.item && (await host.item({ ...envelope.repo, number: whole.item.number }));
    const resolved = { ...whole, ...(item && { item }) };
    return { envelope: resolved, brief: briefOf(resolved) };
  },
};
const plugins: EvaluateActivities = {
  async evaluateEvent({ envelope }) {
    const { item, source } = envelope;
    evaluated.push(`${item?.number} ${source.event === 'pull_request' ? source.action : source.event}`);
    return { effects: [], failures: [], forwards: [], generation: 'g' };
  },
};

function forge() {
  const token = () => world.tokens['owner'] ?? '';
  return createGitHubHost({ name: 'forge', baseUrl: world.forge.api, auth: { token } });
}

beforeAll(async () => {
  watchTaskFailures();
  [env, world] = await Promise.all([startDevServer(), testWorld()]);
  await registerSearchAttributes(env.connection, 'default');
  const bundle = await workflowBundle();
  const connection = env.nativeConnection;
  workers = await Promise.all([
    Worker.create({ connection, taskQueue: taskQueues.actors, workflowBundle: bundle }),
    Worker.create({ connection, taskQueue: taskQueues.git, activities: { ...git } }),
    Worker.create({ connection, taskQueue: taskQueues.plugins, activities: { ...plugins } }),
  ]);
  polling = Promise.all(workers.map((worker) => worker.run()));
  gateway = await createFakeGateway({
    signals: createActorSignals(env.client),
    blobs,
    hosts: [{ name: 'forge', path: '/hook', secrets: () => new Map([['*', ['secret']]]) }],
  });
  const config = { url: `${gateway.url}/hook`, content_type: 'json', secret: 'secret' };
  const events = ['pull_request', 'issue_comment'];
  const { body } = await world.ask('POST', '/repos/acme/site/hooks', {
    as: 'owner',
    body: { name: 'web', events, config },
  });
  hook = `/repos/acme/site/hooks/${body.id}`;
  await world.forge.idle();
}, 120_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await polling;
  await gateway?.close();
  await world?.end();
  await env?.teardown();
}, 60_000);

/** A pass, this many minutes from now. */
async function reconcile(inMinutes: number): Promise<ReconciledChanges['told']> {
  const host = forge();
  const config = parsePlugins('plugins.yaml', 'plugins: {acme/site: {plugins: [size]}}');
  const { reconcileChanges } = createReconcileActivities({
    host: () => host,
    plugins: () => config,
    actors: createActorKnowledge(env.client),
    signals: createActorSignals(env.client),
    blobs,
    folder: 'bucket/webhooks',
    logger: createLogger({ component: 'test', level: 'silent' }),
  });
  const request = { host: 'forge', nowMs: Date.now() + inMinutes * minute, graceMs: 15 * minute };
  const environment = new MockActivityEnvironment();
  const { told } = await environment.run<[ReconcileRequest], ReconciledChanges, typeof reconcileChanges>(
    reconcileChanges,
    request,
  );
  return told;
}

const webhooks = async (active: boolean) => {
  await world.forge.idle();
  await world.ask('PATCH', hook, { as: 'owner', body: { active } });
};
const push = async (text: string) =>
  await world.forge.admin.commit({
    repo: 'acme/site',
    branch: 'fix',
    files: { [`${text}.txt`]: text },
    message: text,
    author: 'owner',
  });
const say = async (number: number, body: string) =>
  await world.ask('POST', `/repos/acme/site/issues/${number}/comments`, { as: 'dev', body: { body } });
const targetOf = (number: number): ChangeTarget => ({
  kind: 'change',
  host: 'forge',
  org: 'acme',
  repo: 'site',
  number,
});
const happened = async (number: number, expected: readonly string[]) => {
  await eventually(() => evaluated.length >= expected.length, `the actor has handled ${expected.join(', ')}`);
  const knowledge = createActorKnowledge(env.client);
  await eventually(async () => (await knowledge.of(targetOf(number)))?.waiting === 0, 'the actor waits for nothing');
  expect(evaluated).toEqual(expected);
};

test('56. the life of a change of which every other webhook is lost', async () => {
  const life: string[] = [];
  expect(await reconcile(0)).toEqual({});

  await webhooks(false);
  const { number } = await openTestPull(world, 'fix');
  expect(await reconcile(60)).toEqual({ opened: 1 });
  life.push(`${number} opened`);
  await happened(number, life);

  await webhooks(true);
  await push('one');
  await world.forge.idle();
  life.push(`${number} synchronize`);
  await happened(number, life);
  expect(await reconcile(120)).toEqual({});

  // A push is lost, and a comment shows the actor the new head without saying that it is new.
  await webhooks(false);
  await push('two');
  await webhooks(true);
  await say(number, 'hello');
  await world.forge.idle();
  life.push(`${number} issue_comment`);
  await happened(number, life);
  expect(await reconcile(180)).toEqual({ synchronize: 1 });
  life.push(`${number} synchronize`);
  await happened(number, life);
  expect(await reconcile(240)).toEqual({});

  await webhooks(false);
  await world.ask('PATCH', `/repos/acme/site/pulls/${number}`, { as: 'owner', body: { state: 'closed' } });
  expect(await reconcile(300)).toEqual({ closed: 1 });
  life.push(`${number} closed`);
  await happened(number, life);
  expect(await reconcile(360)).toEqual({});
  expect(evaluated).toEqual(life);
});

test('what an actor knows is known when it has ended, and nothing of one that never was', async () => {
  const knowledge = createActorKnowledge(env.client);
  await env.client.workflow.getHandle(actorId(targetOf(1))).terminate('end of the test');

  expect(await knowledge.of(targetOf(1))).toMatchObject({
    told: { state: 'closed', baseRef: 'main', draft: false },
    waiting: 0,
  });
  expect(await knowledge.of(targetOf(4711))).toBeUndefined();
});
