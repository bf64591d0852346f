/** Foreign clients: Octokit, GitHub's own command line, and what a client meets when things go wrong. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openTestPull, testWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await testWorld();
});

afterEach(() => {
  world.forge.faults.clear();
  world.forge.limits.set({ core: 5000 });
});

afterAll(async () => {
  await world.end();
});

const repo = { owner: 'acme', repo: 'site' };
const path = '/repos/acme/site';

describe('Octokit', () => {
  const octokit = (auth: unknown) =>
    new Octokit({ auth, baseUrl: world.forge.api, log: { debug() {}, info() {}, warn() {}, error() {} } });

  test('reads page by page', async () => {
    const client = octokit(world.tokens['owner']);
    for (let number = 0; number < 7; number += 1) await client.issues.create({ ...repo, title: `Issue ${number}` });
    const all = await client.paginate(client.issues.listForRepo, { ...repo, per_page: 3 });
    expect(all.map((issue) => issue.title).sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map((number) => `Issue ${number}`));
    expect(world.forge.calls.count('issues/list-for-repo')).toBe(3);
  });

  test('works as an App', async () => {
    const { id, privateKey } = world.forge.admin.createApp({ slug: 'robot', owner: 'acme' });
    const installation = await world.forge.admin.installApp(id, 'acme');
    const client = new Octokit({
      authStrategy: createAppAuth,
      auth: { appId: id, privateKey, installationId: installation.id },
      baseUrl: world.forge.api,
    });
    const { data: issue } = await client.issues.create({ ...repo, title: 'From the robot' });
    expect(issue.user).toMatchObject({ login: 'robot[bot]', type: 'Bot' });
    const { data: comment } = await client.issues.createComment({ ...repo, issue_number: issue.number, body: 'Hi' });
    expect(comment.performed_via_github_app?.slug).toBe('robot');
  });

  test('is told what is not served', async () => {
    await expect(octokit(world.tokens['owner']).actions.listRepoWorkflows(repo)).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('/repos/acme/site/actions/workflows'),
    });
  });
});

describe('limits and faults', () => {
  const issue = { as: 'owner', body: { title: 'Again' } };
  const titled = async (title: string): Promise<number> => {
    const { body } = await world.ask('GET', `/search/issues?q=repo:acme/site+"${title}"`, { as: 'owner' });
    return body.total_count;
  };

  test('an unchanged answer is 304 and free', async () => {
    const first = await world.ask('GET', path, { as: 'owner' });
    const etag = first.headers.get('etag') ?? '';
    const again = await world.ask('GET', path, { as: 'owner', headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'));
    await world.ask('PATCH', path, { as: 'owner', body: { description: 'Changed' } });
    expect((await world.ask('GET', path, { as: 'owner', headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  test('the limit of one caller is not that of another', async () => {
    world.forge.limits.set({ core: 2 });
    for (const remaining of ['1', '0']) {
      expect((await world.ask('GET', path, { as: 'dev' })).headers.get('x-ratelimit-remaining')).toBe(remaining);
    }
    const refused = await world.ask('GET', path, { as: 'dev' });
    expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('rate limit exceeded') } });
    expect((await world.ask('GET', path, { as: 'owner' })).status).toBe(200);
    expect((await world.ask('GET', '/rate_limit', { as: 'dev' })).body.resources.core).toMatchObject({
      limit: 2,
      remaining: 0,
    });
  });

  test('a failed operation did nothing, a dropped one did everything', async () => {
    const control = async (body: object) =>
      await fetch(`${world.forge.url}/_forge/faults`, { method: 'POST', body: JSON.stringify(body) });
    await control({ operation: 'issues/create', kind: 'status', status: 502, times: 2 });
    await control({ operation: 'issues/create', kind: 'drop', skip: 0 });
    issue.body.title = 'Once only';
    expect((await world.ask('POST', `${path}/issues`, issue)).status).toBe(502);
    expect((await world.ask('POST', `${path}/issues`, issue)).status).toBe(502);
    expect(await titled('Once only')).toBe(0);
    await expect(world.ask('POST', `${path}/issues`, issue)).rejects.toThrow();
    expect(await titled('Once only')).toBe(1);
    await control({ operation: 'issues/*', kind: 'secondary-limit', retryAfter: 7 });
    const limited = await world.ask('POST', `${path}/issues`, issue);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '7']);
  });

  test('a stale read answers what it answered before', async () => {
    const { body: made } = await world.ask('POST', `${path}/issues`, { as: 'owner', body: { title: 'Before' } });
    const one = `${path}/issues/${made.number}`;
    await world.ask('GET', one, { as: 'owner' });
    await world.ask('PATCH', one, { as: 'owner', body: { title: 'After' } });
    world.forge.faults.add({ operation: 'issues/get', kind: 'stale' });
    expect((await world.ask('GET', one, { as: 'owner' })).body.title).toBe('Before');
    expect((await world.ask('GET', one, { as: 'owner' })).body.title).toBe('After');
  });

  test('calls are counted', async () => {
    await fetch(`${world.forge.url}/_forge/calls`, { method: 'DELETE' });
    await world.ask('GET', `${path}/labels`, { as: 'owner' });
    await world.ask('GET', `${path}/labels`, { as: 'owner' });
    const counted: unknown = await (await fetch(`${world.forge.url}/_forge/calls`)).json();
    expect(counted).toEqual({
      total: 2,
      free: 0,
      operations: [{ operation: 'issues/list-labels-for-repo', count: 2, statuses: { 200: 2 } }],
    });
  });

  test('a page of another site reaches neither the controls nor the comments', async () => {
    const pull = await openTestPull(world, 'pages');
    const headers = { origin: 'http://evil.example' };
    const post = { method: 'POST', headers, body: 'as=owner&body=/approve' };
    expect((await fetch(`${world.forge.url}/_forge/faults`, { headers })).status).toBe(403);
    expect((await fetch(`${world.forge.url}/acme/site/pull/${pull.number}/comment`, post)).status).toBe(403);
  });
});

describe('the page of a pull request', () => {
  test('shows it and takes comments; what people write stays text', async () => {
    const pull = await openTestPull(world, 'shown');
    const address = `${world.forge.url}/acme/site/pull/${pull.number}`;
    const form = new URLSearchParams({ as: 'dev', body: '/lgtm <script>alert(1)</script>' });
    const posted = await fetch(`${address}/comment`, { method: 'POST', body: form });
    expect([posted.status, posted.url]).toEqual([200, `${address}?again`]);
    const text = await posted.text();
    // Robots answer in a moment.
    expect(text).toContain(`content="2; url=/acme/site/pull/${pull.number}"`);
    expect(await (await fetch(address)).text()).not.toContain('http-equiv="refresh"');
    expect(text).toContain('Change shown');
    expect(text).toContain('+shown');
    expect(text).toContain('/lgtm &#60;script&#62;');
    const { body: comments } = await world.ask('GET', `${path}/issues/${pull.number}/comments`, { as: 'owner' });
    expect(comments).toMatchObject([{ user: { login: 'dev' }, body: '/lgtm <script>alert(1)</script>' }]);
    expect(await (await fetch(world.forge.url)).text()).toContain('acme/site');
    expect(await (await fetch(`${address}.diff`)).text()).toContain('diff --git a/shown.txt');
  });

  test.each<[path: string, status: number, shown: string]>([
    ['acme/site/blob/main/README.md', 200, '# site'],
    ['acme/site/blob/main/nowhere', 404, 'Not Found'],
    ['acme/site/blob/nowhere/README.md', 404, 'Not Found'],
    ['acme/site/blob/main/..%2Fconfig', 404, 'Not Found'],
    ['owner', 200, '<h1>owner</h1>'],
  ])('what it links to is there: %s', async (at, status, shown) => {
    const answer = await fetch(`${world.forge.url}/${at}`);

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(shown);
  });
});

const gh = process.env['GH_CLI_PATH'] ?? 'gh';
const hasGh = spawnSync(gh, ['--version']).status === 0;
const withGh = hasGh ? describe : describe.skip;

withGh(hasGh ? "GitHub's command line" : "GitHub's command line (skipped: no gh on PATH or in GH_CLI_PATH)", () => {
  let folder: string;
  let relay: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forge-gh-'));
    // gh speaks plain HTTP to one host only, github.localhost, and to any socket that its settings name.
    const socket = join(folder, 'socket');
    relay = createServer((client) => {
      const upstream = connect(world.forge.port, '127.0.0.1');
      client.pipe(upstream).pipe(client);
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
    }).listen(socket);
    await writeFile(join(folder, 'config.yml'), `version: "1"\nhttp_unix_socket: ${socket}\nprompt: disabled\n`);
  });

  afterAll(async () => {
    relay.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(...args: string[]): Promise<string> {
    const token = world.tokens['owner'] ?? '';
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      GH_CONFIG_DIR: folder,
      GH_HOST: 'github.localhost',
      GH_TOKEN: token,
      GH_ENTERPRISE_TOKEN: token,
    };
    const { stdout } = await promisify(execFile)(gh, args, { cwd: folder, env });
    return stdout;
  }

  test('api, pr and issue commands', async () => {
    const pull = await openTestPull(world, 'cli');
    const where = ['-R', 'github.localhost/acme/site'];
    expect(JSON.parse(await run('api', 'user'))).toMatchObject({ login: 'owner' });
    expect(await run('api', '--paginate', 'repos/acme/site/issues?per_page=2', '--jq', '.[].number')).toContain(
      String(pull.number),
    );
    await run('issue', 'create', ...where, '--title', 'By gh', '--body', 'Text');
    await run('pr', 'comment', String(pull.number), ...where, '--body', 'By gh');
    const fields =
      'number,title,state,mergeable,author,labels,comments,files,statusCheckRollup,reviewDecision,headRefOid';
    const view = JSON.parse(await run('pr', 'view', String(pull.number), ...where, '--json', fields));
    expect(view).toMatchObject({
      title: 'Change cli',
      state: 'OPEN',
      mergeable: 'MERGEABLE',
      comments: [{ body: 'By gh' }],
    });
    expect(JSON.parse(await run('pr', 'list', ...where, '--json', 'number')).length).toBeGreaterThan(0);
    await run('pr', 'merge', String(pull.number), ...where, '--squash');
    const { body: merged } = await world.ask('GET', `${path}/pulls/${pull.number}`);
    expect(merged.merged).toBe(true);
  });
});
