/** Forwards to a real server that checks them as Prow's external plugins do (spec plugins-review.md A.2, A.8; integrations.md 5). */
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/activity';
import { parsePlugins } from '../config/load-plugins.ts';
import type { ChangeEventEnvelope } from '../domain/review/envelope.ts';
import { refuseWebhook, signatureOf } from '../providers/github/verify.ts';
import { parseWebhookSecrets } from '../rules/webhook-secrets.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { createWebhookReceiver, type WebhookReceiver } from '../test/fakes/webhook-receiver.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createForwardActivities, type ForwardDeps, type ForwardOutcome } from './forward-event.ts';

let receiver: WebhookReceiver;
let blobs: MemoryBlobs;
let folder: string;
let outcomes: ForwardOutcome[];

/** Not what JSON.stringify would write: forwards must not write it anew. */
const body = Buffer.from('{ "action":"created",\n"repository": {"full_name": "o/r"}, "text":"\\u00e9" }');

beforeEach(async () => {
  receiver = await createWebhookReceiver();
  blobs = createMemoryBlobs();
  folder = await mkdtemp(join(tmpdir(), 'forward-'));
  outcomes = [];
  await blobs.put('bucket/payload', body);
});

afterEach(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

function envelope(
  part: { event?: string; headers?: Record<string, string>; sha256?: string } = {},
): ChangeEventEnvelope {
  const { event = 'issue_comment', headers, sha256 = createHash('sha256').update(body).digest('hex') } = part;
  return {
    v: 1,
    id: 'github:d-1',
    delivery: 'd-1',
    receivedAt: '2026-11-25T12:00:00Z',
    host: 'github',
    repo: { org: 'o', repo: 'r' },
    source: { event, action: 'created' },
    events: [],
    payload: {
      key: 'bucket/payload',
      bytes: body.length,
      sha256,
      headers: headers ?? {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': 'd-1',
        'x-github-hook-id': '7',
        'x-hub-signature': `sha1=${createHmac('sha1', 'shared').update(body).digest('hex')}`,
        'x-hub-signature-256': signatureOf('shared', body),
      },
    },
  };
}

const external = (part: string) =>
  `external_plugins: {o: [{name: reviewer, endpoint: "${receiver.url}/events"${part}}]}`;

function activities(plugins = external(''), deps: Partial<ForwardDeps> = {}) {
  const config = parsePlugins(join(folder, 'plugins.yaml'), plugins);
  return createForwardActivities({
    plugins: () => config,
    blobs,
    secrets: () => parseWebhookSecrets('shared'),
    timeoutMs: 2000,
    onForwarded: ({ outcome }) => void outcomes.push(outcome),
    logger: createLogger({ component: 'test', level: 'silent' }),
    ...deps,
  });
}

const forward = async (plugins?: string, part = envelope(), deps: Partial<ForwardDeps> = {}) =>
  await activities(plugins, deps).forwardEvent({ envelope: part, plugin: 'reviewer' });

async function failure(work: Promise<unknown>): Promise<ApplicationFailure> {
  return await work.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: unknown) => error as ApplicationFailure,
  );
}

/** What a plugin does first (A.2): undefined where it takes the forward. */
function refusedWith(secret: string) {
  const [webhook] = receiver.received;
  if (!webhook) throw new Error('nothing came');
  return refuseWebhook(parseWebhookSecrets(secret), {
    signature: String(webhook.headers['x-hub-signature-256']),
    body: webhook.body,
    payload: JSON.parse(webhook.body.toString()) as unknown,
  });
}

describe('a forward', () => {
  test('13. has the bytes that came, the headers of the host with its signature, and the name of the sender that Prow uses', async () => {
    expect(await forward(undefined, envelope({ event: 'issue_comment' }))).toEqual({ status: 200 });

    const [webhook] = receiver.received;
    expect(webhook?.path).toBe('/events');
    expect(webhook?.body).toEqual(body);
    const { host: _host, connection: _connection, ...headers } = webhook?.headers ?? {};
    expect(headers).toEqual({
      'content-type': 'application/json',
      'content-length': String(body.length),
      'user-agent': 'ProwHook',
      'x-github-event': 'issue_comment',
      'x-github-delivery': 'd-1',
      'x-github-hook-id': '7',
      'x-hub-signature': `sha1=${createHmac('sha1', 'shared').update(body).digest('hex')}`,
      'x-hub-signature-256': signatureOf('shared', body),
    });
    expect(refusedWith('shared')).toBeUndefined();
    expect(outcomes).toEqual(['taken']);
  });

  test('55. is signed for a plugin that has a secret of its own, which then takes it', async () => {
    await writeFile(join(folder, 'reviewer.hmac'), 'o: [{value: own, created_at: 2026-01-01T00:00:00Z}]\n');

    await forward(external(', hmac_secret_file: reviewer.hmac'));

    expect(refusedWith('own')).toBeUndefined();
    expect(refusedWith('shared')).toMatchObject({ refused: expect.stringContaining('does not fit') });
    const sha1 = createHmac('sha1', 'own').update(body).digest('hex');
    expect(receiver.received[0]?.headers['x-hub-signature']).toBe(`sha1=${sha1}`);
  });

  test("of what came without a signature, by the host's log, is signed with the secret of the installation", async () => {
    await forward(undefined, envelope({ headers: { 'content-type': 'application/json' } }));

    expect(refusedWith('shared')).toBeUndefined();
    expect(receiver.received[0]?.headers).toMatchObject({
      'x-github-event': 'issue_comment',
      'x-github-delivery': 'd-1',
    });
  });

  test('has no signature where nobody knows a secret', async () => {
    await forward(undefined, envelope({ headers: {} }), { secrets: () => undefined });

    expect(receiver.received[0]?.headers).not.toHaveProperty('x-hub-signature-256');
  });

  test('goes to http://<name> where no endpoint is given, as in Prow', async () => {
    const error = await failure(
      activities('external_plugins: {o: [{name: no-such-host.invalid}]}').forwardEvent({
        envelope: envelope(),
        plugin: 'no-such-host.invalid',
      }),
    );

    expect(error.message).toMatch(/no-such-host\.invalid cannot be reached/);
  });

  test('sends credentials of the endpoint as Go does, and shows them to nobody', async () => {
    const endpoint = receiver.url.replace('http://', 'http://me:hunter2@');
    const plugins = `external_plugins: {o: [{name: reviewer, endpoint: "${endpoint}"}]}`;
    await forward(plugins);
    expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:hunter2').toString('base64')}`);

    await receiver.close();
    const error = await failure(forward(plugins));

    expect(error).toMatchObject({ type: 'PluginUnavailable', nonRetryable: false });
    expect(`${error.message} ${error.stack}`).not.toContain('hunter2');
    receiver = await createWebhookReceiver();
  });
});

describe('the answer of a plugin', () => {
  test.each([
    [200, 'taken'],
    [202, 'taken'],
    [204, 'taken'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [413, 'refused'],
  ] as const)('53. %i is an outcome, which is not tried again', async (status, outcome) => {
    receiver.answer = status;

    expect(await forward()).toEqual({ status });
    expect(receiver.received).toHaveLength(1);
    expect(outcomes).toEqual([outcome]);
  });

  test('that leads elsewhere is not followed', async () => {
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` } });

    expect(await forward()).toEqual({ status: 302 });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/events']);
    expect(outcomes).toEqual(['refused']);
  });

  test.each([408, 429, 500, 502, 503])('%i says that it is to be tried again', async (status) => {
    receiver.answer = status;

    expect(await failure(forward())).toMatchObject({ type: 'PluginUnavailable', nonRetryable: false });
    expect(outcomes).toEqual(['unavailable']);
  });

  test('52. 503 twice and then 200: three attempts, each the same delivery', async () => {
    let times = 0;
    receiver.answer = () => ({ status: (times += 1) < 3 ? 503 : 200 });

    const statuses: unknown[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) statuses.push(await forward().catch(() => 'again'));

    expect(statuses).toEqual(['again', 'again', { status: 200 }]);
    expect(receiver.received.map(({ headers }) => headers['x-github-delivery'])).toEqual(['d-1', 'd-1', 'd-1']);
    expect(new Set(receiver.received.map(({ body: sent }) => sent.toString())).size).toBe(1);
  });

  test('names the pause that it wants, within reason', async () => {
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '90' } });
    expect(await failure(forward())).toMatchObject({ nextRetryDelay: 90_000 });

    receiver.answer = () => ({ status: 503, headers: { 'retry-after': '864000' } });
    expect(await failure(forward())).toMatchObject({ nextRetryDelay: 1_800_000 });

    receiver.answer = () => ({ status: 503, headers: { 'retry-after': 'tomorrow' } });
    expect((await failure(forward())).nextRetryDelay).toBeUndefined();
  });

  test('that never ends is not waited for', async () => {
    receiver.answer = () => ({ status: 200, body: 'x'.repeat(64 * 1024 * 1024) });

    expect(await forward()).toEqual({ status: 200 });
  });
});

describe('a plugin that is away', () => {
  test('14. is tried again where the connection is refused', async () => {
    await receiver.close();

    const error = await failure(forward());

    expect(error).toMatchObject({ type: 'PluginUnavailable', nonRetryable: false });
    expect(error.message).toMatch(/^The external plugin reviewer cannot be reached: .*ECONNREFUSED/);
    expect(outcomes).toEqual(['unavailable']);
    receiver = await createWebhookReceiver();
  });

  test('is tried again where it takes the connection and says nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;

    const error = await failure(
      forward(`external_plugins: {o: [{name: reviewer, endpoint: "${url}"}]}`, envelope(), { timeoutMs: 100 }),
    );

    expect(error).toMatchObject({ type: 'PluginUnavailable', nonRetryable: false });
    expect(error.message).toContain('no answer within 100 ms');
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  test('is not asked before its secret can be read, and nobody is shown the secret', async () => {
    const missing = external(', hmac_secret_file: reviewer.hmac');
    const unread = await failure(forward(missing));
    await writeFile(join(folder, 'reviewer.hmac'), 'another/repo: [{value: own}]');
    const without = await failure(forward(missing));

    expect(unread).toMatchObject({ type: 'PluginUnavailable', nonRetryable: false });
    expect(unread.message).toMatch(/reviewer\.hmac \(ENOENT\)/);
    expect(without).toMatchObject({ type: 'PluginUnavailable', nonRetryable: false });
    expect(without.message).toContain('no secret for o/r');
    expect(without.message).not.toContain('own');
    expect(receiver.received).toEqual([]);
  });
});

describe('nothing is sent', () => {
  test.each([
    ['ftp://plugins.example', 'file:///etc/passwd', 'not an address', '//user:hunter2@host', 'javascript:alert(1)'],
  ])('to an endpoint that is not http', async (...endpoints) => {
    for (const endpoint of endpoints) {
      const plugins = `external_plugins: {o: [{name: reviewer, endpoint: "${endpoint}"}]}`;
      const error = await failure(forward(plugins));
      expect(error).toMatchObject({ type: 'ConfigInvalid', nonRetryable: true });
      expect(error.message).not.toContain('hunter2');
    }
  });

  test.each([
    ['is not configured any more', 'external_plugins: {}'],
    ['is configured for another repository', 'external_plugins: {o/other: [{name: reviewer}]}'],
    ['does not want this event any more', 'external_plugins: {o: [{name: reviewer, events: [push]}]}'],
  ])('to a plugin that %s', async (_name, plugins) => {
    expect(await failure(forward(plugins))).toMatchObject({ type: 'ConfigInvalid', nonRetryable: true });
  });

  test.each([
    ['12. excluded repositories get theirs', 'issue_comment', ', events: [issue_comment]'],
    ['13. events that no plugin of ours knows', 'deployment_status', ''],
  ])('but: %s', async (_name, event, part) => {
    const plugins = `plugins: {o: {plugins: [size], excluded_repos: [r]}}\n${external(part)}`;

    expect(await forward(plugins, envelope({ event }))).toEqual({ status: 200 });
    expect(receiver.received[0]?.headers['x-github-event']).toBe(event);
  });

  test('of what is not the bytes that came', async () => {
    const changed = await failure(forward(undefined, envelope({ sha256: 'f'.repeat(64) })));
    expect(changed).toMatchObject({ type: 'PayloadMissing', nonRetryable: true });

    await blobs.delete('bucket/payload');
    expect(await failure(forward())).toMatchObject({ type: 'PayloadMissing', nonRetryable: true });

    const { payload: _payload, ...bare } = envelope();
    expect(await failure(forward(undefined, bare))).toMatchObject({ type: 'PayloadMissing', nonRetryable: true });
    expect(receiver.received).toEqual([]);
  });

  test('while storage is away, which is another failure', async () => {
    blobs.failure = 'disk full';

    await expect(forward()).rejects.toThrow('disk full');
  });
});
