/** Webhooks of what was missed, compared with those that the forge sends of the same. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CodeHost, OpenChange } from '../../domain/review/host.ts';
import { openTestPull, testWorld, type TestWorld } from '../../forge/test-world.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../../test/fakes/webhook-receiver.ts';
import { createGitHubHost } from './create-github-host.ts';
import { normaliseWebhook, type NormalisedWebhook } from './normalise.ts';

let world: TestWorld;
let receiver: WebhookReceiver;
let host: CodeHost;

beforeEach(async () => {
  world = await testWorld();
  receiver = await createWebhookReceiver();
  const config = { url: `${receiver.url}/hook`, content_type: 'json' };
  await world.ask('POST', '/repos/acme/site/hooks', { as: 'owner', body: { name: 'web', events: ['*'], config } });
  host = createGitHubHost({
    name: 'forge',
    baseUrl: world.forge.api,
    auth: { token: () => world.tokens['dev'] ?? '' },
  });
});

afterEach(async () => {
  await world.end();
  await receiver.close();
});

/** What the forge has told of pull requests last. */
async function told(action: string): Promise<NormalisedWebhook> {
  await world.forge.idle();
  const found = receiver.received
    .filter(({ headers }) => headers['x-github-event'] === 'pull_request')
    .map(({ body }) => normaliseWebhook('pull_request', JSON.parse(String(body))))
    .findLast((webhook) => webhook.action === action);
  if (!found) throw new Error(`no ${action}`);
  return found;
}

const pull = (number: number) => ({ org: 'acme', repo: 'site', number });

test('an opened one brings the description as a text of its author, as the real one does', async () => {
  const { number } = await openTestPull(world, 'new', 'owner', { body: '/hold' });

  const late = await host.lateWebhook?.(pull(number), { action: 'opened' });

  expect(late).toMatchObject({ event: 'pull_request', item: { number, state: 'open', author: 'owner' } });
  expect(JSON.parse(String(late?.body))).toEqual(late?.payload);
  expect(normaliseWebhook('pull_request', late?.payload)).toEqual(await told('opened'));
});

test('a push says from where to where', async () => {
  const opened = await openTestPull(world, 'moved');
  const before: string = opened.head.sha;
  const after = await world.forge.admin.commit({
    repo: 'acme/site',
    branch: 'moved',
    files: { 'more.txt': 'more\n' },
    message: 'More',
    author: 'owner',
  });

  const late = await host.lateWebhook?.(pull(opened.number), { action: 'synchronize', before });

  expect(late?.payload).toMatchObject({ before, after, pull_request: { head: { sha: after } } });
  expect(late?.item.pull.head.sha).toBe(after);
  expect(normaliseWebhook('pull_request', late?.payload)).toEqual(await told('synchronize'));
});

test('a merge says by whom; a change of the base says from which', async () => {
  const first = await openTestPull(world, 'merged', 'dev');
  await world.ask('PUT', `/repos/acme/site/pulls/${first.number}/merge`, { as: 'owner', body: {} });
  const second = await openTestPull(world, 'rebased');
  await world.forge.admin.commit({ repo: 'acme/site', branch: 'next', files: {}, message: 'Next', author: 'owner' });
  await world.ask('PATCH', `/repos/acme/site/pulls/${second.number}`, { as: 'owner', body: { base: 'next' } });

  const closed = await host.lateWebhook?.(pull(first.number), { action: 'closed' });
  const edited = await host.lateWebhook?.(pull(second.number), { action: 'edited', baseBefore: 'main' });

  expect(closed?.payload).toMatchObject({ sender: { login: 'owner' } });
  expect(normaliseWebhook('pull_request', closed?.payload)).toEqual(await told('closed'));
  const events = normaliseWebhook('pull_request', edited?.payload).events;
  expect(events[0]).toMatchObject({ kind: 'pull', action: 'edited', changes: { baseRef: 'main' } });
  expect((await told('edited')).events[0]).toMatchObject({
    kind: 'pull',
    action: 'edited',
    changes: { baseRef: 'main' },
  });
});

test('there is none of what is no pull request', async () => {
  const { body } = await world.ask('POST', '/repos/acme/site/issues', { as: 'owner', body: { title: 'An issue' } });

  expect(await host.lateWebhook?.(pull(body.number), { action: 'opened' })).toBeUndefined();
  expect(await host.lateWebhook?.(pull(4711), { action: 'closed' })).toBeUndefined();
});

test('open changes are listed with what may have changed of them, repositories without archived ones', async () => {
  const opened = await openTestPull(world, 'listed', 'owner', { draft: true });
  const gone = await openTestPull(world, 'gone');
  await world.ask('PATCH', `/repos/acme/site/pulls/${gone.number}`, { as: 'owner', body: { state: 'closed' } });
  await world.forge.admin.createRepo('acme', { name: 'old', autoInit: true }, 'owner');
  await world.ask('PATCH', '/repos/acme/old', { as: 'owner', body: { archived: true } });
  await world.forge.admin.createRepo('guest', { name: 'own', autoInit: true }, 'guest');

  const changes: OpenChange[] = [];
  for await (const change of host.openChanges(pull(0))) changes.push(change);

  expect(changes).toEqual([
    {
      number: opened.number,
      headSha: opened.head.sha,
      baseRef: 'main',
      draft: true,
      createdAt: opened.created_at,
      updatedAt: opened.updated_at,
    },
  ]);
  expect(await host.reposOf('acme')).toEqual(['site']);
  expect(await host.reposOf('guest')).toEqual(['own']);
});

test('an App lists the repositories that it is installed on', async () => {
  await world.forge.admin.createRepo('acme', { name: 'other', autoInit: true }, 'owner');
  const { id, privateKey } = world.forge.admin.createApp({ slug: 'ci', owner: 'owner' });
  await world.forge.admin.installApp(id, 'acme', ['other']);
  const app = createGitHubHost({
    name: 'forge',
    baseUrl: world.forge.api,
    auth: { appId: String(id), privateKey: () => privateKey },
  });

  expect(await app.reposOf('acme')).toEqual(['other']);
});
