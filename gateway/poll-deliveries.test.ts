/** Webhooks of the forge that reach nobody, read from its log instead. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parsePlugins } from '../config/load-plugins.ts';
import type { ActorTarget } from '../domain/review/actor-target.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import type { DeliveryLog } from '../domain/review/delivery-log.ts';
import { openTestPull, testWorld, type TestWorld } from '../forge/test-world.ts';
import { createGitHubHost } from '../providers/github/create-github-host.ts';
import type { GitHubAuth } from '../providers/github/connection.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { eventually } from '../test/harness/eventually.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRegistry } from '../telemetry/metrics.ts';
import { createWebhookMetrics } from '../telemetry/webhook-metrics.ts';
import { createIntake } from './intake.ts';
import { startDeliveryPoller, type DeliveryPoller } from './poll-deliveries.ts';

let world: TestWorld;
let folder: string;
let file: string;
let blobs: MemoryBlobs;
let told: { target: ActorTarget; envelope: ChangeEventEnvelope }[];
/** While set, Temporal takes nothing. */
let refusal: Error | undefined;
let pollers: DeliveryPoller[];

/** Nobody listens there. */
const address = 'http://127.0.0.1:9/hook';

beforeEach(async () => {
  world = await testWorld();
  folder = await mkdtemp(join(tmpdir(), 'poll-'));
  file = join(folder, 'deliveries', 'forge.json');
  blobs = createMemoryBlobs();
  told = [];
  refusal = undefined;
  pollers = [];
});

afterEach(async () => {
  for (const poller of pollers) await poller.close();
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

async function addHook(owner = '/repos/acme/site'): Promise<void> {
  const config = { url: address, content_type: 'form', secret: 'quiet' };
  await world.ask('POST', `${owner}/hooks`, { as: 'owner', body: { name: 'web', events: ['*'], config } });
  await world.forge.idle();
}

function logOf(auth: GitHubAuth = { token: () => world.tokens['owner'] ?? '' }): DeliveryLog {
  const { deliveries } = createGitHubHost({ name: 'forge', baseUrl: world.forge.api, auth });
  if (!deliveries) throw new Error('no log');
  return deliveries;
}

async function poll(log = logOf(), now?: () => number): Promise<DeliveryPoller> {
  const config = parsePlugins('plugins.yaml', 'external_plugins: {acme: [{name: x}]}');
  const logger = createLogger({ component: 'test', level: 'silent' });
  const intake = createIntake({
    signals: {
      async changeEventsReceived(target, envelopes) {
        if (refusal) throw refusal;
        for (const envelope of envelopes) told.push({ target, envelope });
      },
    },
    blobs,
    folder: 'bucket/webhooks',
    pluginConfig: () => config,
    metrics: createWebhookMetrics(createRegistry({ processMetrics: false })),
    logger,
  });
  const ownHooks = () => ({ owners: ['acme', 'acme/site'], path: '/hook' });
  const poller = await startDeliveryPoller({
    host: 'forge',
    log,
    ownHooks,
    intake,
    file,
    everyMs: 20,
    ...(now && { now }),
    logger,
  });
  pollers.push(poller);
  return poller;
}

const stories = () =>
  told.map(({ envelope }) => [envelope.source.event, envelope.source.action].filter(Boolean).join(' '));
const guids = () => told.map(({ envelope }) => envelope.delivery);

describe('a webhook that nobody could be sent', () => {
  test('is taken in as if it had come: the same id, the same actor, its bytes for external plugins', async () => {
    await addHook();
    await poll();
    const { number } = await openTestPull(world, 'laptop', 'owner', { body: '/hold' });

    await eventually(() => stories().includes('pull_request opened'), 'it was taken in');

    const found = told.find(({ envelope }) => envelope.source.event === 'pull_request');
    expect(found?.target).toEqual({ kind: 'change', host: 'forge', org: 'acme', repo: 'site', number });
    const { body } = await world.ask('GET', '/repos/acme/site/hooks', { as: 'owner' });
    const log = await world.ask('GET', `/repos/acme/site/hooks/${body[0].id}/deliveries`, { as: 'owner' });
    const { guid } =
      (log.body as { event: string; guid: string }[]).find(({ event }) => event === 'pull_request') ?? {};
    expect(found?.envelope).toMatchObject({ delivery: guid, id: `forge:${guid}` });
    const whole = await loadEnvelope(blobs, found?.envelope as ChangeEventEnvelope);
    expect(whole.events.map(({ kind }) => kind)).toEqual(['pull', 'comment']);
    // What the bytes were signed with is gone with them: the forward is signed anew.
    expect(found?.envelope.payload?.headers).toMatchObject({ 'x-github-event': 'pull_request' });
    expect(Object.keys(found?.envelope.payload?.headers ?? {}).join()).not.toContain('signature');
    expect(JSON.parse(String(await blobs.get(found?.envelope.payload?.key ?? '')))).toMatchObject({ action: 'opened' });
  });

  test('is taken in in the order in which it happened, and once', async () => {
    await addHook();
    await addHook('/orgs/acme');
    await poll();
    for (const name of ['one', 'two', 'three']) await openTestPull(world, name);
    await world.forge.idle();

    await eventually(
      () => stories().filter((story) => story === 'pull_request opened').length >= 3,
      'all were taken in',
    );
    const looks = world.forge.calls.lines().length;
    await eventually(() => world.forge.calls.lines().length > looks + 6, 'the log was read again');

    const numbers = told.flatMap(({ target }) => (target.kind === 'change' ? [target.number] : []));
    expect(numbers).toEqual([1, 2, 3]);
    expect(new Set(guids()).size).toBe(guids().length);
  });

  test('waits while it cannot be handed on, and those after it wait as well', async () => {
    await addHook();
    refusal = new Error('Temporal is away');
    await poll();
    for (const name of ['one', 'two']) await openTestPull(world, name);
    await world.forge.idle();
    const reads = () =>
      world.forge.calls.lines().filter(({ operation }) => operation === 'repos/get-webhook-delivery').length;
    await eventually(() => reads() > 2, 'it was tried again');
    expect(told).toEqual([]);

    refusal = undefined;
    await eventually(
      () => stories().filter((story) => story === 'pull_request opened').length === 2,
      'both were taken in',
    );

    expect(told.flatMap(({ target }) => (target.kind === 'change' ? [target.number] : []))).toEqual([1, 2]);
    expect(new Set(guids()).size).toBe(guids().length);
  });
});

describe('from one start to the next', () => {
  test('what happened in between is taken in, what was taken in before is not', async () => {
    await addHook();
    const first = await poll();
    await openTestPull(world, 'before');
    await eventually(() => stories().includes('pull_request opened'), 'the first was taken in');
    await first.close();
    const before = guids();
    await openTestPull(world, 'between');
    await world.forge.idle();

    await poll();
    await eventually(() => told.some(({ target }) => target.kind === 'change' && target.number === 2), 'the second');

    expect(new Set(guids()).size).toBe(guids().length);
    expect(guids().slice(0, before.length)).toEqual(before);
  });

  test('what was there before the first start is not for us', async () => {
    await addHook();
    await openTestPull(world, 'old');
    await world.forge.idle();
    const later = Date.now() + 5 * 60_000;
    await poll(logOf(), () => later);
    await eventually(async () => (await readFile(file, 'utf8').catch(() => '')) !== '', 'the log was read');

    expect(told).toEqual([]);
  });

  test('a memory of another version is not overwritten', async () => {
    const memory = join(folder, 'newer.json');
    await writeFile(memory, '{"v":2}');
    file = memory;

    await expect(poll()).rejects.toThrow('is of version 2');
    expect(await readFile(memory, 'utf8')).toBe('{"v":2}');
  });
});

test('the log of an App is read the same way', async () => {
  const { id, privateKey } = world.forge.admin.createApp({ slug: 'ci', owner: 'owner', webhook: { url: address } });
  await world.forge.admin.installApp(id, 'acme');
  await poll(logOf({ appId: String(id), privateKey: () => privateKey }));

  await openTestPull(world, 'app');

  await eventually(() => stories().includes('pull_request opened'), 'it was taken in');
});

test('a host that is away is asked again, less and less often, and nothing is missed', async () => {
  await addHook();
  world.forge.faults.add({ operation: 'repos/list-webhook-deliveries', kind: 'status', status: 502, times: 3 });
  await poll();

  await openTestPull(world, 'away');

  await eventually(() => stories().includes('pull_request opened'), 'it was taken in');
  expect(world.forge.faults.list().map(({ left }) => left)).toEqual([0]);
});

test('nothing is asked any more once it is closed', async () => {
  await addHook();
  const poller = await poll();
  await poller.close();
  const calls = world.forge.calls.lines().length;

  await openTestPull(world, 'late');
  await world.forge.idle();

  const asked = world.forge.calls
    .lines()
    .slice(calls)
    .filter(({ operation }) => operation.includes('webhook'));
  expect(asked).toEqual([]);
  expect(told).toEqual([]);
});
