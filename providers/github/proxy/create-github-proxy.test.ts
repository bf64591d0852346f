/** The proxy before a real code host: what clients see, what the host sees. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { openTestPull, testWorld, type TestWorld } from '../../../forge/test-world.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { startGitHubProxy, type TestGitHubProxy } from '../../../test/harness/github-proxy.ts';
import { httpAsk } from '../../../test/harness/http-ask.ts';
import { createGitHubHost } from '../create-github-host.ts';

const path = '/repos/acme/site';
const repo = { owner: 'acme', repo: 'site' };
let world: TestWorld;
let proxy: TestGitHubProxy;

beforeAll(async () => {
  world = await testWorld();
  await openTestPull(world, 'one');
});
beforeEach(async () => {
  proxy = await startGitHubProxy(world.forge.api);
});
afterEach(async () => {
  await proxy.close();
  world.forge.faults.clear();
  world.forge.limits.set({ core: 5000, graphql: 5000 });
  world.forge.calls.reset();
});
afterAll(async () => {
  await world.end();
});

interface Asked {
  method?: string;
  as?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

async function ask(base: string, target: string, { method = 'GET', as = 'owner', body, headers = {} }: Asked = {}) {
  const token = world.tokens[as];
  const answer = await fetch(`${base}${target}`, {
    method,
    redirect: 'manual',
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
const through = async (target: string, asked?: Asked) => await ask(proxy.url, target, asked);
const modeOf = async (target: string, asked?: Asked) => (await through(target, asked)).headers.get('x-cache-mode');
/** Answers by what the cache had to do with them. */
async function responses(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [, mode = '', count] of (await proxy.metrics()).matchAll(
    /^ghcache_responses\{mode="([A-Z-]+)".*\} (\d+)$/gm,
  )) {
    sums[mode] = (sums[mode] ?? 0) + Number(count);
  }
  return sums;
}
const metric = async (name: string) =>
  (await proxy.metrics()).split('\n').filter((line) => line.startsWith(name) && !/_(bucket|sum)\{/.test(line));
const used = async (as = 'owner') =>
  Number((await world.ask('GET', '/rate_limit', { as })).headers.get('x-ratelimit-used'));

describe('is not noticed', () => {
  /** Differs from request to request, or from connection to connection. */
  const volatile =
    /^(date|x-github-request-id|x-ratelimit-(used|remaining|reset)|connection|keep-alive|transfer-encoding)$/;

  test.each<[string, Asked]>([
    [path, {}],
    [path, { as: 'nobody' }],
    ['/repos/acme/none', {}],
    [`${path}/pulls?state=all&per_page=1`, {}],
    [`${path}/contents/README.md`, { headers: { accept: 'application/vnd.github.raw+json' } }],
    [`${path}/actions/workflows`, {}],
    ['/user', { headers: { 'if-none-match': '"other"' } }],
    ['/rate_limit', { as: 'guest' }],
    ['/repos/acme/%73ite/branches/%2F', {}],
    [`${path}/labels/none`, { method: 'DELETE' }],
    [`${path}/issues`, { method: 'POST', body: {} }],
    ['/user', { method: 'HEAD' }],
    ['/graphql', { method: 'POST', body: { query: '{ viewer { login } }' } }],
    ['/graphql', { method: 'POST', body: { query: '{ viewer { logon } }' } }],
    ['/', {}],
  ])('%s %j', async (target, asked) => {
    const base = target === '/graphql' ? `${world.forge.url}/api` : world.forge.api;
    const direct = await ask(base, target, asked);
    const kept = ({ status, headers, text }: typeof direct) => ({
      status,
      text: text.replaceAll(/"(used|remaining|reset)":\d+/g, ''),
      headers: Object.fromEntries(
        [...headers]
          .filter(([name]) => !volatile.test(name) && name !== 'x-cache-mode')
          .map(([name, value]) => [name, value.replaceAll(world.forge.api, proxy.url)]),
      ),
    });

    // For the first time, and out of what is kept.
    expect(kept(await through(target, asked))).toEqual(kept(direct));
    expect(kept(await through(target, asked))).toEqual(kept(direct));
  });

  test('changes arrive, and are answered, as they are', async () => {
    const made = await through(`${path}/labels`, { method: 'POST', body: { name: 'näher/x', color: 'ff0000' } });
    expect(made.status).toBe(201);
    expect(made.headers.get('x-cache-mode')).toBe('SKIP');

    const label = `${path}/labels/n%C3%A4her%2Fx`;
    expect(JSON.parse((await ask(world.forge.api, label)).text)).toEqual(JSON.parse(made.text));
    const changed = await through(label, { method: 'PATCH', body: { description: 'seen' } });
    expect(JSON.parse(changed.text)).toMatchObject({ name: 'näher/x', description: 'seen' });
    expect(await through(label, { method: 'DELETE' })).toMatchObject({ status: 204, text: '' });
    expect((await ask(world.forge.api, label)).status).toBe(404);
  });

  test('Octokit reads page by page, all of them through us', async () => {
    const client = new Octokit({ auth: world.tokens['owner'], baseUrl: proxy.url });
    for (let number = 0; number < 5; number += 1) await client.issues.create({ ...repo, title: `Issue ${number}` });
    world.forge.calls.reset();
    const list = async () => await client.paginate(client.issues.listForRepo, { ...repo, per_page: 2 });

    const titles = (await list()).map(({ title }) => title);
    const before = await used();
    const again = (await list()).map(({ title }) => title);

    expect(titles).toEqual(expect.arrayContaining(['Issue 0', 'Issue 4']));
    expect(again).toEqual(titles);
    expect(await used()).toBe(before);
    const modes = await responses();
    expect(modes['MISS']).toBeGreaterThanOrEqual(3);
    expect(modes['REVALIDATED']).toBe(modes['MISS']);
  });

  test('under the path of an Enterprise Server, links have that path', async () => {
    const { headers } = await through(`/api/v3${path}/pulls?state=all&per_page=1&page=2`);

    expect(headers.get('link')).toContain(`<${proxy.url}/api/v3${path}/pulls?`);
    expect(headers.get('link')).not.toContain(world.forge.url);
    const graph = await through('/api/graphql', { method: 'POST', body: { query: '{ viewer { login } }' } });
    expect(JSON.parse(graph.text)).toEqual({ data: { viewer: { login: 'owner' } } });
  });

  test('our own provider works through it as without', async () => {
    const host = createGitHubHost({
      name: 'github',
      baseUrl: proxy.url,
      auth: { token: () => world.tokens['owner'] ?? '' },
    });
    const name = { org: 'acme', repo: 'site', number: 1 };

    expect(await host.bot()).toEqual({ login: 'owner', isApp: false });
    expect(await host.item(name)).toMatchObject({ isPull: true, title: 'Change one' });
    expect(await host.apply(name, { kind: 'addLabel', label: 'seen' }, 'key')).toBeUndefined();
    expect(await host.reads(name).labels()).toContain('seen');
    expect(await host.reads(name).isBusy('dev')).toBe(false);
  });
});

describe('what was read before', () => {
  test('is asked for conditionally, free of the limit, and is as fresh as the host', async () => {
    const first = await through(path);
    const before = await used();
    const again = await through(path);

    expect(first.headers.get('x-cache-mode')).toBe('MISS');
    expect(again.headers.get('x-cache-mode')).toBe('REVALIDATED');
    expect(again.text).toBe(first.text);
    expect(await used()).toBe(before);
    expect(world.forge.calls.lines().map(({ status }) => status)).toEqual([200, 200, 304, 200]);

    await world.ask('PATCH', path, { as: 'owner', body: { description: `At ${Date.now()}` } });
    const changed = await through(path);
    expect(changed.headers.get('x-cache-mode')).toBe('CHANGED');
    expect(changed.text).toBe((await ask(world.forge.api, path)).text);
  });

  test('is shared by clients with caches of their own, which are answered 304', async () => {
    const clients = [0, 1].map(() =>
      createGitHubHost({ name: 'github', baseUrl: proxy.url, auth: { token: () => world.tokens['owner'] ?? '' } }),
    );
    const labels = async () =>
      await Promise.all(clients.map(async (client) => client.reads({ org: 'acme', repo: 'site', number: 1 }).labels()));
    await labels();
    const before = await used();

    await labels();
    await labels();

    expect(await used()).toBe(before);
    const { headers } = await through(path);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    const unchanged = await through(path, { headers: known });
    expect(unchanged).toMatchObject({ status: 304, text: '' });
    expect(unchanged.headers.get('x-ratelimit-remaining')).not.toBeNull();
    expect(unchanged.headers.get('content-length')).toBeNull();
  });

  test('by the client alone, is free as well', async () => {
    const etag = (await ask(world.forge.api, path)).headers.get('etag') ?? '';
    const before = await used();

    const unchanged = await through(path, { headers: { 'if-none-match': etag } });

    expect(unchanged.status).toBe(304);
    expect(await used()).toBe(before);
  });

  test('by one account is not shown to another', async () => {
    await world.forge.admin.createRepo('acme', { name: 'hidden', autoInit: true, isPrivate: true }, 'owner');
    expect((await through('/repos/acme/hidden')).status).toBe(200);

    expect((await through('/repos/acme/hidden', { as: 'guest' })).status).toBe(404);
    expect((await through('/repos/acme/hidden', { as: 'nobody' })).status).toBe(404);
    const claimed = { 'x-prow-ghcache-token-budget-identifier': 'installation 1' };
    expect((await through('/repos/acme/hidden', { headers: claimed })).status).toBe(200);
    expect((await through('/repos/acme/hidden', { as: 'guest', headers: claimed })).status).toBe(404);
    expect((await through('/repos/acme/hidden', { as: 'nobody', headers: claimed })).status).toBe(404);
  });

  test('in another form is another answer', async () => {
    const accept = (form: string) => ({ headers: { accept: `application/vnd.github.${form}+json` } });
    const file = `${path}/contents/README.md`;

    const [raw, object] = [await through(file, accept('raw')), await through(file, accept('object'))];

    expect(raw.text).not.toBe(object.text);
    expect(await through(file, accept('raw'))).toMatchObject({ text: raw.text });
    expect(await modeOf(file, accept('object'))).toBe('REVALIDATED');
  });

  test.each(['range', 'if-modified-since', 'cookie'])('with a header %s is the business of the host', async (name) => {
    expect(await modeOf(path, { headers: { [name]: 'Thu, 01 Jan 1970 00:00:00 GMT' } })).toBe('SKIP');
    expect(proxy.store.bytes().memory).toBe(0);
  });
});

/** A host whose answers the test gives by hand. */
describe('before a host that does as it is told', () => {
  type Answer = (request: IncomingMessage, response: ServerResponse) => void;
  let upstream: Server;
  let answers: Answer;
  let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  let now: number;

  beforeEach(async () => {
    seen = [];
    now = Date.now();
    answers = (_request, response) => void response.writeHead(200, { etag: '"a"' }).end('{}');
    upstream = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        answers(request, response);
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    await restart();
  });
  afterEach(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const portOf = () => {
    const address = upstream.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  async function restart(options: Parameters<typeof startGitHubProxy>[1] = {}) {
    await proxy.close();
    proxy = await startGitHubProxy(`http://127.0.0.1:${portOf()}`, { now: () => now, holdMs: 0, ...options });
  }
  const asSomebody = { authorization: 'token somebody' };
  const get = async (target: string, headers: Record<string, string> = asSomebody) =>
    await httpAsk(proxy.port, target, { headers });
  const post = async (target: string, body = {}, headers: Record<string, string> = asSomebody) =>
    await fetch(`${proxy.url}${target}`, { method: 'POST', headers, body: JSON.stringify(body) });

  /** Answers are given when the test says so. */
  function held() {
    const waiting: ServerResponse[] = [];
    answers = (_request, response) => void waiting.push(response);
    return {
      arrived: async (count: number) => eventually(() => waiting.length === count, `${count} requests have arrived`),
      breakOff: (index: number) => waiting[index]?.destroy(),
      give: (index: number, body: string) =>
        waiting[index]?.writeHead(200, { etag: `"${body.slice(0, 9)}"` }).end(body),
    };
  }

  describe('equal reads at the same time', () => {
    test('89. are one request, and the others are told so', async () => {
      const host = held();
      const reads = [0, 1, 2].map(async () => get('/repos/a/b'));
      await host.arrived(1);
      await proxy.received(3);
      const other = get('/repos/a/c');
      await host.arrived(2);
      host.give(0, 'b');
      host.give(1, 'c');

      const [first, ...rest] = await Promise.all(reads);

      expect((await other).body).toBe('c');
      expect([first, ...rest].map((answer) => answer?.body)).toEqual(['b', 'b', 'b']);
      expect(await responses()).toEqual({ MISS: 2, COALESCED: 2 });
      expect(first?.headers['x-cache-mode']).toBe('MISS');
      expect(seen).toHaveLength(2);
    });

    test('of another credential are not, even under the same name', async () => {
      const host = held();
      const named = { 'x-prow-ghcache-token-budget-identifier': 'the robot' };
      const mine = get('/repos/a/b', { ...asSomebody, ...named });
      await host.arrived(1);
      const theirs = get('/repos/a/b', { authorization: 'token stolen name', ...named });
      await host.arrived(2);
      host.give(0, 'mine');
      host.give(1, 'theirs');

      expect([(await mine).body, (await theirs).body]).toEqual(['mine', 'theirs']);
    });

    test('that began before a change are not joined after it', async () => {
      const host = held();
      const before = get('/repos/a/b');
      await host.arrived(1);
      const change = post('/repos/a/b/labels');
      await host.arrived(2);
      host.give(1, '{}');
      await change;
      const after = get('/repos/a/b');
      await host.arrived(3);
      host.give(2, 'new');
      host.give(0, 'old');

      expect([(await before).body, (await after).body]).toEqual(['old', 'new']);
    });

    test('fail together, and the next one asks anew', async () => {
      const host = held();
      const reads = [0, 1].map(async () => get('/x'));
      await host.arrived(1);
      await proxy.received(2);
      host.breakOff(0);

      expect((await Promise.all(reads)).map(({ statusCode }) => statusCode)).toEqual([502, 502]);
      answers = (_request, response) => void response.writeHead(200).end('fine');
      expect((await get('/x')).body).toBe('fine');
    });
  });

  describe('limits', () => {
    const wait = (answer: { headers: Record<string, unknown> }) => Number(answer.headers['x-bowsprit-wait']);
    const tell = (status: number, headers: Record<string, string>, body: unknown = { message: 'x' }) => {
      answers = (_request, response) =>
        void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };

    test('a secondary limit that one client meets is kept for all of the account, and for no other', async () => {
      tell(403, { 'retry-after': '90' }, { message: 'You have exceeded a secondary rate limit.' });
      const met = await get('/repos/a/b');
      tell(200, {});

      expect(met).toMatchObject({ statusCode: 403, headers: { 'retry-after': '90' } });
      expect(met.headers['x-bowsprit-wait']).toBeUndefined();
      const kept = await get('/repos/a/c');
      expect(kept).toMatchObject({ statusCode: 429, headers: { 'retry-after': '90', 'x-bowsprit-wait': '90000' } });
      expect(kept.json<{ message: string }>().message).toContain('secondary rate limit');
      expect((await post('/repos/a/b/labels')).status).toBe(429);
      expect((await post('/graphql', { query: '{ a }' })).status).toBe(429);
      expect((await get('/repos/a/c', { authorization: 'token other' })).statusCode).toBe(200);
      expect(seen).toHaveLength(2);
      now += 90_000;
      expect((await get('/repos/a/c')).statusCode).toBe(200);
    });

    test.each([
      ['packed', (body: Buffer) => gzipSync(body), { 'content-encoding': 'gzip' }],
      ['plain', (body: Buffer) => body, {}],
    ])('a limit of the graph comes with status 200, %s', async (_name, packed, headers) => {
      const body = Buffer.from(
        JSON.stringify({ errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }),
      );
      answers = (_request, response) =>
        void response.writeHead(200, { 'retry-after': '7', ...headers }).end(packed(body));

      expect((await post('/graphql', { query: '{ a }' })).status).toBe(200);
      expect(wait(await get('/repos/a/b'))).toBe(7000);
    });

    test('what a primary limit has left is not asked for twice; the rest waits for its end', async () => {
      const reset = Math.floor(now / 1000) + 600;
      tell(200, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': String(reset), 'x-ratelimit-resource': 'core' });
      await get('/repos/a/b');
      const host = held();
      const last = get('/repos/a/b');
      await host.arrived(1);

      expect(wait(await get('/repos/a/c'))).toBe(250);
      host.give(0, '{}');
      await last;
      tell(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset), 'x-ratelimit-resource': 'core' });
      await get('/repos/a/c');

      const refused = await get('/repos/a/d');
      expect(refused.statusCode).toBe(429);
      expect(wait(refused)).toBe(reset * 1000 + 1000 - now);
      tell(200, {});
      expect((await get('/rate_limit')).statusCode).toBe(200);
      expect((await post('/graphql', { query: '{ a }' })).status).toBe(200);
    });

    test('who is not known to the host does not end the limits of whom he says he is', async () => {
      const named = { 'x-prow-ghcache-token-budget-identifier': 'the robot' };
      tell(401, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(now / 1000) + 600) });
      expect((await get('/x', { authorization: 'token wrong', ...named })).statusCode).toBe(401);
      tell(200, {});

      expect((await get('/x', { authorization: 'token right', ...named })).statusCode).toBe(200);
    });

    test('what notifies people is spread over all processes of the account', async () => {
      await restart({ limits: { writesPerMinute: 2 } });
      const comment = async (token: string) =>
        await post(
          '/repos/a/b/issues/1/comments',
          {},
          {
            authorization: `token ${token}`,
            'x-prow-ghcache-token-budget-identifier': 'the robot',
          },
        );

      expect([(await comment('a')).status, (await comment('b')).status]).toEqual([200, 200]);
      const third = await comment('c');
      expect(third.status).toBe(429);
      expect(third.headers.get('retry-after')).toBe('60');
      expect((await get('/repos/a/b')).statusCode).toBe(200);
      now += 60_000;
      expect((await comment('c')).status).toBe(200);
    });

    test('no more requests than allowed are under way; short waits are held', async () => {
      await restart({ limits: { concurrency: 2 }, holdMs: 20_000, now: Date.now });
      const host = held();
      const reads = [0, 1, 2, 3].map(async (number) => get(`/repos/a/${number}`));
      await host.arrived(2);
      expect(await metric('pending_outbound_requests')).toEqual(['pending_outbound_requests 2']);
      expect(await metric('concurrent_outbound_requests')).toEqual(['concurrent_outbound_requests 2']);
      host.give(0, 'a');
      await host.arrived(3);
      expect(seen).toHaveLength(3);
      host.give(1, 'b');
      await host.arrived(4);
      host.give(2, 'c');
      host.give(3, 'd');

      expect((await Promise.all(reads)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    });

    test("Prow's clients are answered with the status that they understand", async () => {
      await restart({ limits: { writesPerMinute: 1 }, limitStatus: 403 });
      await post('/repos/a/b/issues');

      expect((await post('/repos/a/b/issues')).status).toBe(403);
    });

    test('our provider makes HostRateLimited of it, and goes on with what is not limited', async () => {
      await restart({ limits: { writesPerMinute: 1 } });
      const host = createGitHubHost({ name: 'github', baseUrl: proxy.url, auth: { token: () => 'somebody' } });
      const name = { org: 'a', repo: 'b', number: 1 };
      const comment = async () =>
        await host.apply(name, { kind: 'comment', body: 'hi' }, 'key', { firstAttempt: true });
      await comment();

      await expect(comment()).rejects.toMatchObject({ type: 'HostRateLimited', nextRetryDelay: 60_000 });
      answers = (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
      expect(await host.reads(name).labels()).toEqual([]);
    });
  });

  describe('failures', () => {
    const failing = async () => {
      const host = createGitHubHost({ name: 'github', baseUrl: proxy.url, auth: { token: () => 'somebody' } });
      return await host.branchHead({ org: 'a', repo: 'b' }, 'main').catch((error: unknown) => error);
    };

    test('a host that is away is 502, which clients take as HostUnavailable', async () => {
      const port = portOf();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));

      expect(await get('/x')).toMatchObject({
        statusCode: 502,
        headers: { 'content-type': expect.stringContaining('json') },
      });
      expect(await failing()).toMatchObject({
        type: 'HostUnavailable',
        message: expect.stringContaining('ECONNREFUSED'),
      });
      await new Promise<void>((resolve) => upstream.listen(port, '127.0.0.1', resolve));
      expect((await get('/x')).statusCode).toBe(200);
    });

    test('a host that does not answer is 504', async () => {
      await restart({ timeoutMs: 50 });
      held();

      expect(await get('/x')).toMatchObject({ statusCode: 504 });
      expect(await failing()).toMatchObject({
        type: 'HostUnavailable',
        message: expect.stringContaining('no answer in time'),
      });
    });

    test('errors of the host are passed on and not kept', async () => {
      answers = (_request, response) => void response.writeHead(500, { etag: '"e"' }).end('oops');

      expect(await get('/x')).toMatchObject({ statusCode: 500, body: 'oops', headers: { 'x-cache-mode': 'NO-STORE' } });
      expect(proxy.store.bytes().memory).toBe(0);
    });

    test('a change is never repeated, a read on a connection that the host gave up is', async () => {
      await get('/x');
      answers = (request) => request.socket.destroy();
      expect((await post('/repos/a/b/issues')).status).toBe(502);
      expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);

      answers = (_request, response) => void response.writeHead(200).end('{}');
      await get('/x');
      let first = true;
      answers = (request, response) => {
        if (first) request.socket.resetAndDestroy();
        else response.writeHead(200).end('again');
        first = false;
      };
      expect((await get('/x')).body).toBe('again');
    });
  });

  describe('bodies', () => {
    test('are packed between host and proxy where the client can read that, and kept so', async () => {
      const plain = JSON.stringify({ text: 'long '.repeat(1000) });
      answers = (request, response) => {
        const isPacked = request.headers['accept-encoding'] === 'gzip';
        const tag = isPacked ? 'W/"p"' : 'W/"u"';
        if (request.headers['if-none-match'] === tag) response.writeHead(304, { etag: tag }).end();
        else if (isPacked) response.writeHead(200, { etag: tag, 'content-encoding': 'gzip' }).end(gzipSync(plain));
        else response.writeHead(200, { etag: tag }).end(plain);
      };

      for (const mode of ['MISS', 'REVALIDATED']) {
        const packed = await fetch(`${proxy.url}/x`);
        expect(packed.headers.get('x-cache-mode')).toBe(mode);
        expect(await packed.text()).toBe(plain);
        expect(await httpAsk(proxy.port, '/x')).toMatchObject({ body: plain, headers: { 'x-cache-mode': mode } });
      }
      expect(proxy.store.bytes().memory).toBeLessThan(8000);
    });

    test('that are long are passed on as they come, to each who asks', async () => {
      await restart({ maxBodyBytes: 1000 });
      const host = held();
      const reads = [0, 1].map(async () => get('/x'));
      await host.arrived(1);
      host.give(0, 'a'.repeat(200_000));
      await host.arrived(2);
      host.give(1, 'a'.repeat(200_000));

      for (const read of reads) expect((await read).body).toBe('a'.repeat(200_000));
      expect(proxy.store.bytes().memory).toBe(0);
      expect(await metric('concurrent_outbound_requests')).toEqual(['concurrent_outbound_requests 0']);
    });

    test('that break off in the middle are not shown as whole', async () => {
      await restart({ maxBodyBytes: 1000 });
      answers = (request, response) => {
        response.writeHead(200, { 'content-length': '100000' });
        response.write('a'.repeat(2000), () => request.socket.destroy());
      };

      await expect(get('/x')).rejects.toThrow();
      answers = (request, response) => {
        response.writeHead(200, { 'content-length': '900' });
        response.write('a'.repeat(100), () => request.socket.destroy());
      };
      expect((await get('/y')).statusCode).toBe(502);
    });

    test('of requests have an end', async () => {
      const answer = await fetch(`${proxy.url}/x`, { method: 'POST', body: 'a'.repeat(33 * 1024 * 1024) }).catch(
        () => undefined,
      );

      // The connection may be closed before all of it is written.
      expect(answer?.status ?? 413).toBe(413);
      expect(seen).toEqual([]);
    });

    test('without a type are passed on as well', async () => {
      const answer = await fetch(`${proxy.url}/x`, { method: 'POST', body: Buffer.from('bytes') });

      expect(answer.status).toBe(200);
      expect(seen[0]).toMatchObject({ body: 'bytes' });
      expect(seen[0]?.headers['content-type']).toBeUndefined();
    });
  });

  describe('tokens of installations', () => {
    const minute = 60_000;
    let number: number;
    beforeEach(() => {
      number = 0;
      answers = (request, response) => {
        if (!request.url?.endsWith('/access_tokens')) {
          response.writeHead(request.headers.authorization === 'token ghs_gone' ? 401 : 200).end('{}');
          return;
        }
        number += 1;
        const token = {
          token: `ghs_${number}`,
          expires_at: new Date(now + 60 * minute).toISOString(),
          permissions: {},
        };
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(token));
      };
    });
    const named = {
      authorization: 'bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMiJ9.c2ln',
      'x-prow-ghcache-token-budget-identifier': 'app 12',
    };
    const tokenOf = async (installation: number, headers: Record<string, string> = named, body?: object) => {
      const answer = await fetch(`${proxy.url}/app/installations/${installation}/access_tokens`, {
        method: 'POST',
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      return ((await answer.json()) as { token: string }).token;
    };

    test('are the same for all who name their account, for as long as they last', async () => {
      expect([await tokenOf(7), await tokenOf(7), await tokenOf(8)]).toEqual(['ghs_1', 'ghs_1', 'ghs_3']);
      // The host was asked each time: it knows who may have one.
      expect(seen).toHaveLength(3);
      now += 54 * minute;
      expect(await tokenOf(7)).toBe('ghs_1');
      now += 2 * minute;
      expect([await tokenOf(7), await tokenOf(7)]).toEqual(['ghs_5', 'ghs_5']);
    });

    test('are as asked for by others, and by who wants less', async () => {
      await tokenOf(7);
      const { 'x-prow-ghcache-token-budget-identifier': _name, ...unnamed } = named;

      expect(await tokenOf(7, unnamed)).toBe('ghs_2');
      expect(await tokenOf(7, named, { permissions: { contents: 'read' } })).toBe('ghs_3');
      expect(await tokenOf(7, named, {})).toBe('ghs_1');
    });

    test('are not given on when the host does not take them any more, or they were given back', async () => {
      await tokenOf(7);
      await fetch(`${proxy.url}/installation/token`, { method: 'DELETE', headers: { authorization: 'token ghs_1' } });
      expect(await tokenOf(7)).toBe('ghs_2');

      answers = (_request, response) => void response.writeHead(401).end('{}');
      await get('/x', { authorization: 'Bearer ghs_2' });
      answers = (_request, response) =>
        void response
          .writeHead(201)
          .end(JSON.stringify({ token: 'ghs_9', expires_at: new Date(now + minute).toISOString() }));
      expect(await tokenOf(7)).toBe('ghs_9');
    });

    test('count towards the limits of the installation, whichever it is', async () => {
      await restart({ limits: { writesPerMinute: 1 } });
      const { 'x-prow-ghcache-token-budget-identifier': _name, ...unnamed } = named;
      const [one, other] = [await tokenOf(7, unnamed), await tokenOf(7, unnamed)];

      expect((await post('/repos/a/b/issues', {}, { authorization: `token ${one}` })).status).toBe(200);
      expect((await post('/repos/a/b/issues', {}, { authorization: `Bearer ${other}` })).status).toBe(429);
      expect((await post('/repos/a/b/issues', {}, { authorization: 'token ghs_x' })).status).toBe(200);
    });
  });

  describe('attacks', () => {
    /** Bytes as they are. */
    const raw = async (text: string) =>
      await new Promise<string>((resolve, reject) => {
        const socket = connect(proxy.port, '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.setTimeout(5000, () => socket.destroy(new Error('no end')));
        socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
        socket.on('error', reject);
        socket.on('close', () => resolve(answer));
      });
    const line = async (request: string, more = '') =>
      await raw(`${request}\r\nHost: 127.0.0.1\r\nConnection: close\r\n${more}\r\n`);

    test.each([
      ['GET http://evil.example/repos HTTP/1.1', /^HTTP\/1.1 400 /],
      ['GET https://evil.example:1/ HTTP/1.1', /^HTTP\/1.1 400 /],
      ['GET /repos/../../x HTTP/1.1', /^HTTP\/1.1 400 /],
      ['GET /%2e%2e/x HTTP/1.1', /^HTTP\/1.1 400 /],
      ['GET x HTTP/1.1', /^HTTP\/1.1 400 /],
      ['CONNECT evil.example:443 HTTP/1.1', /^(HTTP\/1.1 4\d\d |$)/],
    ])('%s goes nowhere', async (request, answer) => {
      expect(await line(request)).toMatch(answer);
      expect(seen).toEqual([]);
    });

    test.each([
      '//evil.example/x',
      '/@evil.example/',
      '/\\evil.example/',
      '/http://evil.example/',
      '/x?http://evil.example',
    ])('%s goes to the host, as a path', async (target) => {
      expect(await line(`GET ${target} HTTP/1.1`)).toMatch(/^HTTP\/1.1 200 /);
      expect(seen).toMatchObject([{ url: target, headers: { host: `127.0.0.1:${portOf()}` } }]);
    });

    test('redirects are passed on, not followed', async () => {
      answers = (_request, response) => void response.writeHead(302, { location: 'http://evil.example/x' }).end();
      expect(await get('/x')).toMatchObject({ statusCode: 302, headers: { location: 'http://evil.example/x' } });

      answers = (_request, response) =>
        void response.writeHead(301, { location: `http://127.0.0.1:${portOf()}/repositories/1` }).end();
      expect(await get('/y')).toMatchObject({ statusCode: 301, headers: { location: `${proxy.url}/repositories/1` } });
      expect(seen).toHaveLength(2);
    });

    test('names that nobody gave it and web pages are refused before anything is read', async () => {
      await restart({ names: ['Github-Proxy.bowsprit'] });
      const answer = async (headers: Record<string, string>) => (await get('/x', headers)).statusCode;

      expect(await answer({ host: 'evil.example' })).toBe(421);
      expect(await answer({ host: 'github-proxy.bowsprit.evil.example:80' })).toBe(421);
      expect(await answer({ origin: 'http://evil.example' })).toBe(403);
      expect(await answer({ host: 'github-proxy.bowsprit:8889' })).toBe(200);
      expect(await answer({ host: 'LOCALHOST:1' })).toBe(200);
      expect(seen).toHaveLength(2);
    });

    test('two lengths or none are not passed on', async () => {
      expect(await line('POST /x HTTP/1.1', 'Content-Length: 1\r\nContent-Length: 2\r\n')).toMatch(/^HTTP\/1.1 400 /);
      expect(await line('POST /x HTTP/1.1', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n')).toMatch(
        /^HTTP\/1.1 400 /,
      );
      expect(seen).toEqual([]);
    });

    test('no secret is in logs, metrics or answers of its own', async () => {
      await restart({ limits: { writesPerMinute: 1 }, timeoutMs: 2000 });
      const secret = 'hunter2hunter2hunter2hunter2';
      const headers = { authorization: `token ${secret}`, 'user-agent': `${secret}-${secret}`, cookie: secret };
      const own: string[] = [];
      own.push((await get(`/x?access_token=${secret}`, headers)).headers['x-cache-mode']?.toString() ?? '');
      await post('/repos/a/b/issues', { secret }, headers);
      own.push(await (await post('/repos/a/b/issues', { secret }, headers)).text());
      answers = (_request, response) =>
        void response.writeHead(403, { 'retry-after': '0' }).end(`{"message":"${secret} rate limit"}`);
      await get('/x', headers);
      answers = (request) => request.socket.destroy();
      own.push((await get('/y', headers)).body);
      own.push((await get('/../y', headers)).body);

      expect(own.join('') + proxy.log() + (await proxy.metrics())).not.toContain(secret);
      expect(proxy.log()).toContain('The code host has not answered');
      expect(await metric('ghcache_responses')).toContainEqual(expect.stringContaining('user_agent="other"'));
    });
  });
});

test('as an App through the proxy, two processes have one token, and profit from what the other has read', async () => {
  const { id, privateKey } = world.forge.admin.createApp({ slug: 'robot', owner: 'acme' });
  await world.forge.admin.installApp(id, 'acme');
  const auth = { appId: String(id), privateKey: () => privateKey };
  const clients = [0, 1].map(() => createGitHubHost({ name: 'github', baseUrl: proxy.url, auth }));
  const tokens = new Set<string>();
  for (const client of clients) {
    await client.reads({ org: 'acme', repo: 'site', number: 1 }).changedFiles();
    const { authorization = '' } = await client.gitAccess({ org: 'acme', repo: 'site' });
    tokens.add(authorization);
  }

  // auth-app shares what is asked for at the same time by itself, so one after the other.
  expect(tokens.size).toBe(1);
  expect(world.forge.calls.count('apps/create-installation-access-token')).toBe(2);
  expect(await metric('ghcache_responses')).toContainEqual(
    expect.stringMatching(/mode="REVALIDATED",token_hash="installation \d+",path="[^"]*files".* 1$/),
  );

  const foreign = new Octokit({ authStrategy: createAppAuth, auth: { appId: id, privateKey }, baseUrl: proxy.url });
  expect((await foreign.apps.getAuthenticated()).data?.slug).toBe('robot');
});
