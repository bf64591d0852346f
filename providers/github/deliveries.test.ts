/** GitHub's log of webhooks, on the forge, with a receiver that refuses and takes. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveryAttempt, DeliveryLog } from '../../domain/review/delivery-log.ts';
import { openTestPull, testWorld, type TestWorld } from '../../forge/test-world.ts';
import { createFakeGitHubApi } from '../../test/fakes/github-api.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../../test/fakes/webhook-receiver.ts';
import { createGitHubHost } from './create-github-host.ts';
import type { GitHubAuth } from './connection.ts';

let world: TestWorld;
let receiver: WebhookReceiver;

beforeEach(async () => {
  world = await testWorld();
  receiver = await createWebhookReceiver();
});

afterEach(async () => {
  await world.end();
  await receiver.close();
});

function logFor(auth: GitHubAuth, baseUrl = world.forge.api): DeliveryLog {
  const { deliveries } = createGitHubHost({ name: 'forge', baseUrl, auth });
  if (!deliveries) throw new Error('no log');
  return deliveries;
}

const asUser = (login: string) => logFor({ token: () => world.tokens[login] ?? '' });

async function addHook(owner: string, url: string, part: object = {}): Promise<void> {
  const config = { url, content_type: 'json', secret: 'quiet' };
  const { status } = await world.ask('POST', `${owner}/hooks`, {
    as: 'owner',
    body: { name: 'web', events: ['*'], config, ...part },
  });
  expect(status).toBe(201);
  await world.forge.idle();
}

async function all(log: DeliveryLog, hook: string, sinceMs = 0): Promise<DeliveryAttempt[]> {
  const found: DeliveryAttempt[] = [];
  for await (const attempt of log.attempts(hook, sinceMs)) found.push(attempt);
  return found;
}

describe('hooks that are ours', () => {
  test('have our path, whatever the host they are sent to, or exactly our address where it is known', async () => {
    await addHook('/repos/acme/site', `${receiver.url}/hook`);
    await addHook('/repos/acme/site', `${receiver.url}/elsewhere`);
    await addHook('/repos/acme/site', 'http://127.0.0.1:9/hook', { active: false });
    await addHook('/orgs/acme', 'http://127.0.0.1:9/hook');
    const log = asUser('owner');
    const owners = ['acme', 'acme/site'];

    const byPath = await log.hooks({ owners, path: '/hook' });
    const byUrl = await log.hooks({ owners, path: '/hook', url: 'http://127.0.0.1:9/hook' });

    expect(byPath).toHaveLength(2);
    expect(byPath[0]).toMatch(/^\/orgs\/acme\/hooks\/\d+$/);
    expect(byPath[1]).toMatch(/^\/repos\/acme\/site\/hooks\/\d+$/);
    expect(byUrl).toEqual([byPath[0]]);
  });

  test('are not shown to everybody: those who hide them are named, the others looked at', async () => {
    await addHook('/repos/acme/site', `${receiver.url}/hook`);
    await world.forge.admin.createRepo('guest', { name: 'own', autoInit: true }, 'guest');
    const hidden: string[] = [];

    const own = { owners: ['acme', 'acme/site', 'guest/own', 'nobody/here'], path: '/hook' };
    const hooks = await asUser('guest').hooks(own, (owner) => hidden.push(owner));

    expect(hooks).toEqual([]);
    expect(hidden).toEqual(['acme', 'acme/site', 'nobody/here']);
  });

  test('of an App: its one hook, unless it sends elsewhere than we were told', async () => {
    const { id, privateKey } = world.forge.admin.createApp({
      slug: 'ci',
      owner: 'owner',
      webhook: { url: `${receiver.url}/hook`, secret: 'quiet' },
    });
    const log = logFor({ appId: String(id), privateKey: () => privateKey });
    const own = { owners: ['acme'], path: '/webhooks' };

    expect(await log.hooks(own)).toEqual(['/app/hook']);
    expect(await log.hooks({ ...own, url: `${receiver.url}/hook` })).toEqual(['/app/hook']);
    expect(await log.hooks({ ...own, url: `${receiver.url}/other` })).toEqual([]);
    const silent = world.forge.admin.createApp({ slug: 'silent', owner: 'owner' });
    const { privateKey: silentKey } = silent;
    expect(await logFor({ appId: String(silent.id), privateKey: () => silentKey }).hooks(own)).toEqual([]);
  });
});

describe.each(['a repository', 'an organisation', 'an App'])('the log of %s', (kind) => {
  let log: DeliveryLog;
  let hook: string;

  beforeEach(async () => {
    const url = `${receiver.url}/hook`;
    if (kind === 'an App') {
      const { id, privateKey } = world.forge.admin.createApp({ slug: 'ci', owner: 'owner', webhook: { url } });
      await world.forge.admin.installApp(id, 'acme');
      log = logFor({ appId: String(id), privateKey: () => privateKey });
    } else {
      await addHook(kind === 'a repository' ? '/repos/acme/site' : '/orgs/acme', url);
      log = asUser('owner');
    }
    const [found] = await log.hooks({ owners: ['acme', 'acme/site'], path: '/hook' });
    hook = found ?? '';
    await world.forge.idle();
  });

  test('says what was refused, and has it sent again under the same id until it is taken', async () => {
    receiver.answer = 503;
    const sinceMs = Date.now() - 1000;
    await openTestPull(world, 'lost');
    await world.forge.idle();

    const [first] = (await all(log, hook, sinceMs)).filter(({ event }) => event === 'pull_request');
    if (!first) throw new Error('nothing in the log');
    expect(first).toMatchObject({ delivered: false, again: false });
    expect(first.atMs).toBeGreaterThanOrEqual(sinceMs);

    receiver.answer = 200;
    receiver.received = [];
    await log.redeliver(hook, first.id);
    await world.forge.idle();

    expect(receiver.received.map(({ headers }) => headers['x-github-delivery'])).toEqual([first.guid]);
    const attempts = (await all(log, hook)).filter(({ guid }) => guid === first.guid);
    expect(attempts.map(({ delivered, again }) => [delivered, again])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('holds the webhook itself, without the signature of bytes that it does not hold', async () => {
    await openTestPull(world, 'logged');
    await world.forge.idle();
    const sent = receiver.received.find(({ headers }) => headers['x-github-event'] === 'pull_request');
    const [attempt] = (await all(log, hook)).filter(({ event }) => event === 'pull_request');

    const webhook = await log.webhook(hook, attempt?.id ?? '');

    expect(webhook).toMatchObject({ event: 'pull_request', guid: sent?.headers['x-github-delivery'] });
    expect(JSON.parse(String(webhook?.body))).toEqual(JSON.parse(String(sent?.body)));
    expect(webhook?.headers).toMatchObject({
      'x-github-event': 'pull_request',
      'x-github-delivery': attempt?.guid,
      'content-type': 'application/json',
    });
    expect(Object.keys(webhook?.headers ?? {}).filter((name) => name.includes('signature'))).toEqual([]);
    expect(await log.webhook(hook, '4711')).toBeUndefined();
  });

  test('of a receiver that cannot be reached says the same as of one that refuses', async () => {
    await receiver.close();
    await openTestPull(world, 'away');
    await world.forge.idle();

    const attempts = (await all(log, hook)).filter(({ event }) => event === 'pull_request');

    expect(attempts).toMatchObject([{ delivered: false }]);
    receiver = await createWebhookReceiver();
  });
});

test('a long log is read page by page, and no further back than is asked for', async () => {
  await addHook('/repos/acme/site', `${receiver.url}/hook`);
  const log = asUser('owner');
  const [hook = ''] = await log.hooks({ owners: ['acme/site'], path: '/hook' });
  for (let i = 0; i < 230; i += 1) await world.ask('POST', `${hook}/pings`, { as: 'owner' });
  await world.forge.idle();
  world.forge.calls.reset();

  expect(await all(log, hook)).toHaveLength(231);
  const pages = () =>
    world.forge.calls.lines().filter(({ operation }) => operation === 'repos/list-webhook-deliveries');
  expect(pages()).toHaveLength(3);

  expect(await all(log, hook, Date.now() + 1000)).toHaveLength(0);
  expect(pages()).toHaveLength(4);
});

test('asking for many again is not held up by the limit of what people are told of', async () => {
  const api = await createFakeGitHubApi();
  api.answers['POST /app/hook/deliveries/1/attempts'] = { status: 202, body: {} };
  const log = logFor({ token: () => 't' }, api.url);

  for (let i = 0; i < 100; i += 1) await log.redeliver('/app/hook', '1');

  expect(api.asked).toHaveLength(100);
  await api.close();
});

test('numbers that JavaScript cannot hold stay what they are', async () => {
  const api = await createFakeGitHubApi();
  const hook = '/repos/acme/site/hooks/3';
  const attempt =
    '{"id":93676014012180481,"guid":"g","event":"ping","delivered_at":"2026-01-01T00:00:00Z","status_code":502}';
  api.answers[`GET ${hook}/deliveries`] = { raw: `[${attempt}]` };
  api.answers[`GET ${hook}/deliveries/93676014012180481`] = {
    raw: '{"event":"ping","guid":"g","request":{"headers":{"X-GitHub-Event":"ping","X-Hub-Signature-256":"x"},"payload":{"id":93676014012180483,"text":"12 \\u00e9"}}}',
  };
  const log = logFor({ token: () => 't' }, api.url);

  const [found] = await all(log, hook);
  const webhook = await log.webhook(hook, found?.id ?? '');

  expect(found).toMatchObject({ id: '93676014012180481', delivered: false, again: false });
  expect(String(webhook?.body)).toBe('{"id":93676014012180483,"text":"12 é"}');
  await api.close();
});
