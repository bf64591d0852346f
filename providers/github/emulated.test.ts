import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEmulator, type Emulator } from 'emulate';
import type { CodeHost, ItemName } from '../../domain/review/host.ts';
import { loadEnvelope } from '../../domain/review/envelope.ts';
import type { ReviewHostEvent } from '../../domain/review/events.ts';
import { createFakeGateway, type FakeGateway } from '../../test/fakes/gateway.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { freePort } from '../../workers/free-port.ts';
import { createGitHubHost } from './create-github-host.ts';

// An emulator of GitHub that others have written: it sends signed webhooks of its own, and answers our client.

let emulator: Emulator | undefined;
let gateway: FakeGateway;
let host: CodeHost;

const repo = { org: 'octo', repo: 'app' };

beforeAll(async () => {
  emulator = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: {
      tokens: { ours: { login: 'octo', scopes: ['repo', 'admin:repo_hook'] } },
      github: {
        users: [{ login: 'octo' }, { login: 'alice' }],
        repos: [{ owner: 'octo', name: 'app', auto_init: true, collaborators: ['alice'] }],
      },
    },
  });
  gateway = await createFakeGateway();
  const { port } = gateway.app.server.address() as { port: number };
  host = createGitHubHost({ name: 'github', baseUrl: emulator.url, auth: { token: () => 'ours' } });
  await ask('POST', '/repos/octo/app/hooks', {
    name: 'web',
    active: true,
    events: ['*'],
    config: { url: `http://127.0.0.1:${port}/hook`, content_type: 'json', secret: 'secret' },
  });
});

afterAll(async () => {
  await emulator?.close();
  await gateway?.close();
});

async function ask(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${emulator?.url}${path}`, {
    method,
    headers: { authorization: 'token ours', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as Record<string, unknown>;
}

async function newIssue(): Promise<ItemName> {
  const { number } = await ask('POST', '/repos/octo/app/issues', { title: 'a title', body: '/kind bug\r\n' });
  return { ...repo, number: number as number };
}

/** All events about an item that have reached the gateway. */
async function eventsOf(number: number): Promise<readonly ReviewHostEvent[]> {
  const envelopes = gateway.signals
    .filter(({ target }) => target.kind === 'change' && target.number === number)
    .flatMap((signal) => signal.envelopes);
  const whole = await Promise.all(envelopes.map((one) => loadEnvelope(gateway.blobs, one)));
  return whole.flatMap(({ events }) => events);
}

test('its webhooks pass the check of their signature and become events', async () => {
  const { number } = await newIssue();

  await eventually(async () => (await eventsOf(number)).length >= 2, 'the webhook of the issue has come');
  expect(await eventsOf(number)).toMatchObject([
    { kind: 'issue', action: 'opened', sender: 'octo' },
    { kind: 'comment', action: 'created', where: 'description', body: '/kind bug\r\n' },
  ]);
});

test('labels and comments are made, found again, and removed', async () => {
  const name = await newIssue();
  await host.apply(name, { kind: 'addLabel', label: 'kind/bug' }, 'k-1');
  await host.apply(name, { kind: 'comment', body: 'hello' }, 'k-2', { firstAttempt: true });
  await host.apply(name, { kind: 'comment', body: 'hello' }, 'k-2');

  expect(await host.reads(name).labels()).toEqual(['kind/bug']);
  const comments = await host.reads(name).comments();
  expect(comments).toMatchObject([{ author: 'octo', body: 'hello\n<!-- bowsprit:k-2 -->' }]);

  await host.apply(name, { kind: 'removeLabel', label: 'kind/bug' }, 'k-3');
  for (let i = 0; i < 2; i++) await host.apply(name, { kind: 'deleteComment', id: comments[0]?.id ?? 0 }, 'k-4');
  expect(await host.reads(name).labels()).toEqual([]);
  expect(await host.reads(name).comments()).toEqual([]);
});

test('who cannot be assigned is refused, the others are assigned', async () => {
  const name = await newIssue();

  expect(await host.apply(name, { kind: 'assign', logins: ['octo', 'nobody'] }, 'k')).toMatchObject({
    refused: ['nobody'],
  });
  expect((await host.item(name))?.assignees).toEqual(['octo']);
});

test('states, titles and texts are changed', async () => {
  const name = await newIssue();

  await host.apply(name, { kind: 'editTitle', title: 'another title' }, 'k');
  await host.apply(name, { kind: 'setState', state: 'closed' }, 'k');

  expect(await host.item(name)).toMatchObject({ isPull: false, title: 'another title', state: 'closed' });
});

test('what it knows of ourselves, and of branches', async () => {
  expect(await host.bot()).toEqual({ login: 'octo', isApp: false });
  expect(await host.branchHead(repo, 'main')).toMatch(/^[0-9a-f]{40}$/);
  expect(await host.branchHead(repo, 'none')).toBeUndefined();
  expect(await host.item({ ...repo, number: 999 })).toBeUndefined();
});
