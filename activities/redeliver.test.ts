/** What was lost comes again: the forge's log of webhooks, and a gateway that could not take them. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { parsePlugins } from '../config/load-plugins.ts';
import type { DeliveryAttempt, DeliveryLog } from '../domain/review/delivery-log.ts';
import type { HostRedelivery } from '../domain/review/redelivery-pass.ts';
import { openTestPull, testWorld, type TestWorld } from '../forge/test-world.ts';
import { createGitHubHost } from '../providers/github/create-github-host.ts';
import { createFakeGateway, type FakeGateway } from '../test/fakes/gateway.ts';
import { createFakeHost } from '../test/fakes/code-host.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRedeliverActivities, type RedeliverDeps } from './redeliver.ts';

const minute = 60_000;
let world: TestWorld;
let gateway: FakeGateway;

beforeEach(async () => {
  world = await testWorld();
  gateway = await createFakeGateway({
    hosts: [{ name: 'forge', path: '/hook', secrets: () => new Map([['*', ['secret']]]) }],
  });
  const config = { url: `${gateway.url}/hook`, content_type: 'json', secret: 'secret' };
  await world.ask('POST', '/repos/acme/site/hooks', { as: 'owner', body: { name: 'web', events: ['*'], config } });
  await world.forge.idle();
  gateway.signals.length = 0;
});

afterEach(async () => {
  await world.end();
  await gateway.close();
});

/** One look, this many minutes from now. */
async function look(
  inMinutes: number,
  last?: HostRedelivery,
  deps: Partial<RedeliverDeps> = {},
): Promise<HostRedelivery> {
  const token = () => world.tokens['owner'] ?? '';
  const host = createGitHubHost({ name: 'forge', baseUrl: world.forge.api, auth: { token } });
  const { redeliverLost } = createRedeliverActivities({
    host: () => host,
    plugins: () => parsePlugins('plugins.yaml', 'plugins: {acme: {plugins: [size]}, acme/site: {plugins: [wip]}}'),
    ownHooks: { path: '/hook' },
    logger: createLogger({ component: 'test', level: 'silent' }),
    ...deps,
  });
  const request = { host: 'forge', nowMs: Date.now() + inMinutes * minute, ...(last && { last }) };
  const environment = new MockActivityEnvironment();
  const found = await environment.run<[typeof request], HostRedelivery, typeof redeliverLost>(redeliverLost, request);
  await world.forge.idle();
  return found;
}

const outage = () => {
  const down = Promise.reject(new Error('Temporal is down'));
  down.catch(() => undefined);
  gateway.hold = down;
};
const deliveries = () => gateway.signals.flatMap(({ envelopes }) => envelopes.map(({ delivery }) => delivery));

test('8. what was answered 503 comes once more after the outage, and then no more', async () => {
  outage();
  for (const name of ['lost', 'lost-too']) await openTestPull(world, name);
  await world.forge.idle();
  expect(gateway.signals).toEqual([]);
  gateway.hold = undefined;

  // Of both events, pushes and pull requests, one is tried first: that shows that all is well again.
  const probe = await look(6);
  expect(probe).toMatchObject({ hooks: 1, again: 2, waiting: 2, lost: 0 });
  expect(deliveries()).toHaveLength(2);
  const rest = await look(7, probe);
  const done = await look(8, rest);

  expect(rest).toMatchObject({ again: 2, waiting: 0, lost: 0 });
  expect(done).toMatchObject({ again: 0, waiting: 0, lost: 0 });
  expect(deliveries()).toHaveLength(4);
  expect(new Set(deliveries()).size).toBe(4);
  expect(gateway.signals.map(({ target }) => target)).toContainEqual({
    kind: 'change',
    host: 'forge',
    org: 'acme',
    repo: 'site',
    number: 1,
  });
});

test('what came is left alone', async () => {
  await openTestPull(world, 'taken');
  await world.forge.idle();
  const before = deliveries();

  const found = await look(6);

  expect(found).toMatchObject({ hooks: 1, again: 0, waiting: 0 });
  expect(deliveries()).toEqual(before);
  expect(world.forge.calls.lines().filter(({ operation }) => operation.includes('redeliver'))).toEqual([]);
});

test('an outage is knocked at once in each pass, and nothing is lost', async () => {
  outage();
  await openTestPull(world, 'first');
  await openTestPull(world, 'second');
  await world.forge.idle();
  const calls = () =>
    world.forge.calls.lines().filter(({ operation }) => operation === 'repos/redeliver-webhook-delivery');

  const one = await look(6);
  const two = await look(12, one);

  // One for each of two events.
  expect(calls()).toHaveLength(4);
  expect(two).toMatchObject({ again: 2, lost: 0, waiting: one.waiting });
  expect(two.sinceMs).toBe(one.sinceMs);
});

test('a limit of the host leaves the rest to the next pass', async () => {
  outage();
  for (const name of ['a', 'b', 'c']) await openTestPull(world, name);
  await world.forge.idle();
  gateway.hold = undefined;
  const probe = await look(6);
  world.forge.faults.add({ operation: 'repos/redeliver-webhook-delivery', kind: 'secondary-limit', skip: 2 });

  const limited = await look(7, probe);
  const rest = await look(8, limited);

  expect(probe).toMatchObject({ again: 2, waiting: 4 });
  expect(limited).toMatchObject({ again: 2, waiting: 2 });
  expect(rest).toMatchObject({ again: 2, waiting: 0 });
  expect(new Set(deliveries()).size).toBe(probe.again + probe.waiting);
});

test('a log without end is read so far and no further', async () => {
  let read = 0;
  const taken = (id: number): DeliveryAttempt => {
    read += 1;
    const atMs = Date.now() - id;
    return {
      id: String(id),
      guid: `g${id}`,
      event: 'push',
      atMs,
      again: false,
      delivered: id !== 9_000 && id < 10_500,
    };
  };
  const again: string[] = [];
  const log: DeliveryLog = {
    hooks: async () => ['/app/hook'],
    async *attempts() {
      for (let id = 1; ; id += 1) yield taken(id);
    },
    redeliver: async (_hook, id) => void again.push(id),
    webhook: async () => undefined,
  };

  const found = await look(6, undefined, { host: () => ({ ...createFakeHost(), deliveries: log }) });

  expect(read).toBe(10_000);
  expect(again).toEqual(['9000']);
  expect(found).toMatchObject({ again: 1, waiting: 0, lost: 0 });
});

describe('a look that finds no log', () => {
  test('changes nothing where the hooks are hidden from us: it begins at the same place again', async () => {
    const token = () => world.tokens['guest'] ?? '';
    const host = createGitHubHost({ name: 'forge', baseUrl: world.forge.api, auth: { token } });
    const first = await look(6);

    const hidden = await look(60, first, { host: () => host });

    expect(hidden).toMatchObject({ hooks: 0, hidden: 2, sinceMs: first.sinceMs });
  });

  test('is none where the host keeps none', async () => {
    expect(await look(6, undefined, { host: () => createFakeHost() })).toMatchObject({ hooks: 0, again: 0 });
  });

  test('fails while the host is away, and may be tried again', async () => {
    world.forge.faults.add({ operation: 'repos/list-webhook-deliveries', kind: 'status', status: 502 });

    await expect(look(6)).rejects.toMatchObject({ type: 'HostUnavailable', nonRetryable: false });
  });
});
