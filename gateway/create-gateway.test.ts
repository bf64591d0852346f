import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadEnvelope } from '../domain/review/envelope.ts';
import { signatureOf } from '../providers/github/verify.ts';
import { createFakeGateway, webhook, type FakeGateway } from '../test/fakes/gateway.ts';
import { eventually } from '../test/harness/eventually.ts';
import { exampleOf, webhookExamples } from '../test/fixtures/github-webhooks.ts';
import { maxWebhookBytes } from './create-gateway.ts';

let gateway: FakeGateway;

beforeEach(async () => {
  gateway = await createFakeGateway();
});

afterEach(async () => {
  await gateway.close();
});

const ping = webhook('ping', {});
const without = (name: string) => {
  const { [name]: _gone, ...headers } = ping.headers;
  return { ...ping, headers };
};
const withHeaders = (headers: Record<string, string>) => ({ ...ping, headers: { ...ping.headers, ...headers } });

describe('a request is refused as Prow does it', () => {
  // Spec plugins-review.md A.2 and E.
  test.each([
    ['3. GET on the path', { method: 'GET', url: '/hook' } as const, 405],
    ['an event that is not named', without('x-github-event'), 400],
    ['a delivery that is not named', without('x-github-delivery'), 400],
    ['a delivery id that is a path', withHeaders({ 'x-github-delivery': '../../etc' }), 400],
    ['no signature', without('x-hub-signature-256'), 403],
    [
      '1. a SHA-1 signature alone',
      {
        ...without('x-hub-signature-256'),
        headers: { ...without('x-hub-signature-256').headers, 'x-hub-signature': 'sha1=1' },
      },
      403,
    ],
    ['2. a content type with parameters', withHeaders({ 'content-type': 'application/json; charset=utf-8' }), 400],
    ['no content type', without('content-type'), 400],
    ['a form', withHeaders({ 'content-type': 'application/x-www-form-urlencoded' }), 400],
    ['4. a body that is no JSON, well signed', webhook('ping', 'no JSON'), 403],
    ['an empty body, well signed', webhook('ping', ''), 403],
    ['a forged signature', webhook('ping', {}, 'forged'), 403],
    [
      'a cut signature',
      withHeaders({ 'x-hub-signature-256': (ping.headers['x-hub-signature-256'] ?? '').slice(0, 40) }),
      403,
    ],
    ['a signature of other bytes', { ...ping, body: '{ }' }, 403],
  ])('%s', async (_name, request, status) => {
    const response = await gateway.ask(request);

    expect(response.statusCode).toBe(status);
    expect(response.body.startsWith(`${status} `)).toBe(true);
    expect(gateway.signals).toEqual([]);
    expect(await gateway.count('prow_webhook_response_codes', { response_code: String(status) })).toBe(1);
    expect(await gateway.count('prow_webhook_counter', { event_type: 'ping' })).toBe(0);
  });

  test('3. other paths answer 200 to GET, and 404 to what could be a webhook', async () => {
    expect((await gateway.ask({ method: 'GET', url: '/' })).statusCode).toBe(200);
    expect((await gateway.ask({ ...ping, url: '/hooks' })).statusCode).toBe(404);
  });
});

describe('a webhook for an actor', () => {
  test('is in the hands of Temporal before it is answered', async () => {
    let release = (): void => undefined;
    gateway.hold = new Promise((resolve) => (release = resolve));
    let answered = false;
    const response = gateway.ask(webhook('pull_request', exampleOf('pull_request', 'opened'))).then((one) => {
      answered = true;
      return one;
    });
    await eventually(() => gateway.begun > 0, 'the signal is on its way');
    expect(answered).toBe(false);

    release();

    expect((await response).statusCode).toBe(200);
    expect(gateway.signals).toHaveLength(1);
  });

  test('goes to its change, with the item in storage where it is long', async () => {
    const payload = exampleOf('pull_request', 'opened') as { pull_request: { body: string } };
    payload.pull_request.body = 'long'.repeat(600);
    const request = webhook('pull_request', payload);

    await gateway.ask(request);

    const [{ target, envelopes }] = gateway.signals as [(typeof gateway.signals)[number]];
    expect(target).toEqual({ kind: 'change', host: 'github', org: 'Codertocat', repo: 'Hello-World', number: 2 });
    const [envelope] = envelopes as [(typeof envelopes)[number]];
    expect(Buffer.byteLength(JSON.stringify(envelope))).toBeLessThan(2048);
    expect(envelope).toMatchObject({ v: 1, id: 'github:d-1', receivedAt: '2026-11-25T12:00:00.000Z', events: [] });
    expect(envelope.payload).toBeUndefined();
    const whole = await loadEnvelope(gateway.blobs, envelope);
    expect(whole.item).toMatchObject({ number: 2, isPull: true });
    expect(whole.events.map(({ kind }) => kind)).toEqual(['pull', 'comment']);
  });

  test('that is small travels whole, and nothing is stored', async () => {
    const status = {
      sha: 'a'.repeat(40),
      context: 'ci',
      state: 'success',
      repository: { name: 'r', owner: { login: 'o' } },
    };

    await gateway.ask(webhook('status', status));

    expect(gateway.signals[0]?.target).toEqual({ kind: 'repo', host: 'github', org: 'o', repo: 'r' });
    expect(gateway.signals[0]?.envelopes[0]).toMatchObject({ events: [{ kind: 'status', context: 'ci' }] });
    expect(gateway.signals[0]?.envelopes[0]?.payload).toBeUndefined();
  });

  test('is answered 503 when Temporal cannot take it, and taken when it comes again', async () => {
    const request = webhook('issues', exampleOf('issues', 'opened'));
    gateway.hold = Promise.reject(new Error('down'));
    gateway.hold.catch(() => undefined);
    expect((await gateway.ask(request)).statusCode).toBe(503);
    gateway.hold = undefined;

    expect((await gateway.ask(request)).statusCode).toBe(200);
    expect(gateway.signals).toHaveLength(1);
  });

  test('is handed on without storage as long as it is small', async () => {
    gateway.blobs.failure = 'full';
    const huge = {
      ...exampleOf('push'),
      commits: [{ added: Array.from({ length: 9000 }, (_, i) => `file-${i}.txt`) }],
    };

    expect((await gateway.ask(webhook('issues', exampleOf('issues', 'opened')))).statusCode).toBe(200);
    expect(gateway.signals[0]?.envelopes[0]?.item).toBeDefined();
    expect((await gateway.ask(webhook('push', huge))).statusCode).toBe(503);
  });

  test('replayed with its signature is handed on again under the same id: its actor knows it', async () => {
    const request = webhook('issues', exampleOf('issues', 'opened'));

    await gateway.ask(request);
    await gateway.ask(request);

    expect(gateway.signals.map(({ envelopes }) => envelopes.map(({ id }) => id))).toEqual([
      ['github:d-1'],
      ['github:d-1'],
    ]);
  });

  test('comes with CRLF as it was written', async () => {
    const payload = exampleOf('issue_comment', 'created') as { comment: { body: string } };
    payload.comment.body = '/lgtm\r\n\r\n/hold\r\n';
    const body = JSON.stringify(payload, undefined, 2).replaceAll('\n', '\r\n');

    expect((await gateway.ask(webhook('issue_comment', body))).statusCode).toBe(200);

    const [envelope] = gateway.signals[0]?.envelopes ?? [];
    if (!envelope) throw new Error('nothing was handed on');
    expect((await loadEnvelope(gateway.blobs, envelope)).events).toMatchObject([{ body: '/lgtm\r\n\r\n/hold\r\n' }]);
  });
});

test('webhooks for one actor that come while it is told of another are all told', async () => {
  let release = (): void => undefined;
  gateway.hold = new Promise((resolve) => (release = resolve));
  const payload = exampleOf('issues', 'opened');
  const first = gateway.ask(webhook('issues', payload, 'secret', 'd-1'));
  const others = [2, 3, 4].map((n) => gateway.ask(webhook('issues', payload, 'secret', `d-${n}`)));
  await eventually(
    async () => (await gateway.count('prow_webhook_counter', { event_type: 'issues' })) === 4,
    'all have arrived',
  );

  release();

  const answers = await Promise.all([first, ...others]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
  const told = gateway.signals.flatMap(({ envelopes }) => envelopes.map(({ delivery }) => delivery));
  expect(told.toSorted()).toEqual(['d-1', 'd-2', 'd-3', 'd-4']);
});

test('12. what nobody wants is accepted and counted', async () => {
  expect((await gateway.ask(webhook('star', exampleOf('star')))).statusCode).toBe(200);
  expect((await gateway.ask(webhook('ping', {}))).statusCode).toBe(200);

  expect(gateway.signals).toEqual([]);
  const ignored = 'bowsprit_webhooks_ignored_total';
  expect(await gateway.count(ignored, { event_type: 'star', reason: 'unknown event' })).toBe(1);
  expect(await gateway.count(ignored, { event_type: 'ping', reason: 'no repository' })).toBe(1);
});

describe('with external plugins', () => {
  beforeEach(async () => {
    await gateway.close();
    gateway = await createFakeGateway({
      plugins: `
plugins:
  Codertocat: {plugins: [size], excluded_repos: [Hello-World]}
external_plugins:
  Codertocat:
  - {name: all, endpoint: 'http://127.0.0.1:1'}
`,
    });
  });

  test('13. an event that nobody here knows is handed on, with its bytes and headers', async () => {
    const request = webhook('deployment_status', exampleOf('deployment_status'));

    await gateway.ask(request);

    const [envelope] = gateway.signals[0]?.envelopes ?? [];
    expect(envelope).toMatchObject({ events: [], source: { event: 'deployment_status' } });
    expect(envelope?.payload?.headers).toMatchObject({
      'x-hub-signature-256': signatureOf('secret', request.body),
      'x-github-event': 'deployment_status',
      'x-github-delivery': 'd-1',
    });
    expect(Buffer.from((await gateway.blobs.get(envelope?.payload?.key ?? '')) ?? []).toString()).toBe(request.body);
  });

  test('a webhook that cannot be stored for them is not acknowledged', async () => {
    gateway.blobs.failure = 'full';

    expect((await gateway.ask(webhook('star', exampleOf('star')))).statusCode).toBe(503);
  });

  test('20. /plugin-help leaves out one that does not answer', async () => {
    const help = JSON.parse((await gateway.ask({ url: '/plugin-help' })).body) as Record<
      string,
      Record<string, unknown>
    >;

    expect(Object.keys(help)).toEqual([
      'AllRepos',
      'RepoPlugins',
      'RepoExternalPlugins',
      'PluginHelp',
      'ExternalPluginHelp',
    ]);
    expect(help['RepoPlugins']?.['Codertocat']).toEqual(['size']);
    expect(help['RepoExternalPlugins']).toEqual({ Codertocat: ['all'], '': ['all'] });
    expect(help['PluginHelp']?.['size']).toMatchObject({ Events: ['pull_request'], Commands: [] });
    expect(help['ExternalPluginHelp']).toEqual({});
  });
});

test('5., 6. secrets are those of the moment', async () => {
  const issue = exampleOf('issues', 'opened');
  gateway.secrets = "'*':\n- value: old\n- value: new\n";
  expect((await gateway.ask(webhook('issues', issue, 'old'))).statusCode).toBe(200);
  gateway.secrets = "'*':\n- value: new\n";
  expect((await gateway.ask(webhook('issues', issue, 'old'))).statusCode).toBe(403);
  gateway.secrets = 'Codertocat/Hello-World:\n- value: A\nCodertocat:\n- value: B\n';
  expect((await gateway.ask(webhook('issues', issue, 'B'))).statusCode).toBe(403);
  expect((await gateway.ask(webhook('issues', issue, 'A'))).statusCode).toBe(200);
});

describe('a large webhook', () => {
  test('7. of 25 MB becomes a signal of less than 2 KiB', async () => {
    const commits = Array.from({ length: 2048 }, (_, i) => ({ added: [`f-${i}`], message: 'x'.repeat(12_200) }));
    const request = webhook('push', { ...exampleOf('push'), commits });
    expect(request.body.length).toBeGreaterThan(25_000_000);

    expect((await gateway.ask(request)).statusCode).toBe(200);

    const [envelope] = gateway.signals[0]?.envelopes ?? [];
    expect(JSON.stringify(envelope).length).toBeLessThan(2048);
    if (!envelope) throw new Error('nothing was handed on');
    expect((await loadEnvelope(gateway.blobs, envelope)).events).toMatchObject([{ filesComplete: false }]);
  });

  test('6. that is longer than GitHub sends any is refused before it is read', async () => {
    const request = webhook('push', '');
    request.headers['content-length'] = String(maxWebhookBytes + 1);

    expect((await gateway.ask(request)).statusCode).toBe(413);
    expect(gateway.signals).toEqual([]);
  });
});

test('no request of ten thousand makes it fail, and none is handed on without its signature', async () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('', '\r\n', '\u0000', '💥', '{}', '[]', 'null'));
  const requests = fc.record({
    example: fc.integer({ min: 0, max: webhookExamples.length - 1 }),
    invented: fc.option(fc.oneof(fc.json(), text)),
    event: fc.option(fc.constantFrom('issues', 'push', 'status', 'pull_request', 'x'.repeat(300), '__proto__')),
    delivery: fc.option(fc.oneof(fc.uuid(), fc.constantFrom('../x', 'a b', 'x'.repeat(500)))),
    signature: fc.constantFrom('good', 'good', 'forged', 'none', 'cut', 'other'),
    method: fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'GET', 'DELETE'),
    cut: fc.option(fc.nat(2000), { freq: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(requests, async ({ example, invented, event, delivery, signature, method, cut }) => {
      gateway.signals.length = 0;
      const chosen = webhookExamples[example];
      const whole = invented ?? JSON.stringify(chosen?.payload);
      const body = cut === null ? whole : whole.slice(0, cut);
      const request = webhook(event ?? chosen?.event ?? '', body, 'secret', delivery ?? 'd-1');
      const good = request.headers['x-hub-signature-256'] ?? '';
      const signatures: Record<string, string> = {
        good,
        forged: signatureOf('x', body),
        none: '',
        cut: good.slice(0, -3),
        other: 'sha1=ab',
      };
      request.headers['x-hub-signature-256'] = signatures[signature] ?? '';

      const response = await gateway.ask({ ...request, method });

      expect([200, 400, 403, 405]).toContain(response.statusCode);
      if (signature !== 'good' || method !== 'POST') {
        expect(response.statusCode).not.toBe(200);
        expect(gateway.signals).toEqual([]);
      }
    }),
    { numRuns: 10_000 },
  );
}, 600_000);
