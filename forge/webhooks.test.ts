/** What webhooks hear, against GitHub's payload schemas; real git as the client; restarts. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { openTestPull, testWorld, type Any, type TestWorld } from './test-world.ts';

const schema = createRequire(import.meta.url)('@octokit/webhooks-schemas') as object;
const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
ajv.addSchema({ ...schema, $id: 'webhooks' });
const secret = 'quiet';

interface Heard {
  event: string;
  headers: IncomingHttpHeaders;
  body: Any;
  raw: string;
}

/** What the schemas of 2024 say against a payload, apart from members that GitHub has added since. */
function violations({ event, body }: Heard): string[] {
  const name = body.action === undefined ? `${event}$event` : `${event}$${body.action}`;
  const validate = ajv.getSchema(`webhooks#/definitions/${name}`);
  if (!validate) return [`${name}: no schema`];
  const copy = structuredClone(body);
  for (let round = 0; round < 400; round += 1) {
    if (validate(copy)) return [];
    const extra = validate.errors?.find((error) => error.keyword === 'additionalProperties');
    if (!extra) break;
    const holder = extra.instancePath
      .split('/')
      .slice(1)
      .reduce((value: Any, key) => value[key], copy);
    delete holder[extra.params['additionalProperty']];
  }
  return (validate.errors ?? []).map((error) => `${name}: ${error.instancePath} ${error.message ?? ''}`);
}

describe('webhooks', () => {
  let world: TestWorld;
  let sink: Server;
  let heard: Heard[] = [];
  let answerWith = 200;

  beforeAll(async () => {
    world = await testWorld();
    sink = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        heard.push({
          event: String(request.headers['x-github-event']),
          headers: request.headers,
          body: JSON.parse(raw),
          raw,
        });
        response.statusCode = answerWith;
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => sink.once('listening', resolve));
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`;
    const hook = { name: 'web', events: ['*'], config: { url, content_type: 'json', secret } };
    await world.ask('POST', '/repos/acme/site/hooks', { as: 'owner', body: hook });
    await world.forge.idle();
    expect(heard.map(({ event }) => event)).toEqual(['ping']);
    heard = [];
  });

  afterEach(() => {
    heard = [];
  });

  afterAll(async () => {
    await world.end();
    sink.close();
  });

  const path = '/repos/acme/site';
  const names = () => heard.map(({ event, body }) => (body.action === undefined ? event : `${event}.${body.action}`));

  /** Waits for all deliveries and holds each against its schema. */
  async function settled(): Promise<string[]> {
    await world.forge.idle();
    expect(heard.flatMap(violations)).toEqual([]);
    return names();
  }

  test('are kept while they are held, and sent in order afterwards', async () => {
    const { webhooks } = world.forge;
    webhooks.hold();
    for (const title of ['one', 'two']) {
      await world.ask('POST', '/repos/acme/site/issues', { as: 'owner', body: { title } });
    }
    const deliveries = world.forge.world.store.all('deliveries').filter(({ state }) => state === 'queued');
    expect(deliveries.map(({ event }) => event)).toEqual(['issues', 'issues']);
    expect(heard).toEqual([]);

    webhooks.release();
    await world.forge.idle();

    expect(heard.map(({ body }) => body.issue.title)).toEqual(['one', 'two']);
  });

  test('a pull request from opening to merging', async () => {
    const pull = await openTestPull(world, 'life', 'dev');
    expect(await settled()).toEqual(['create', 'push', 'pull_request.opened']);
    heard = [];
    const issue = `${path}/issues/${pull.number}`;
    const pulls = `${path}/pulls/${pull.number}`;
    await world.ask('POST', `${issue}/labels`, { as: 'owner', body: { labels: ['lgtm'] } });
    await world.ask('DELETE', `${issue}/labels/lgtm`, { as: 'owner' });
    await world.ask('POST', `${issue}/assignees`, { as: 'owner', body: { assignees: ['dev'] } });
    await world.ask('POST', `${pulls}/requested_reviewers`, { as: 'owner', body: { reviewers: ['owner'] } });
    const comment = await world.ask('POST', `${issue}/comments`, { as: 'dev', body: { body: '/test all' } });
    await world.ask('PATCH', `${path}/issues/comments/${comment.body.id}`, { as: 'dev', body: { body: '/test unit' } });
    await world.ask('DELETE', `${path}/issues/comments/${comment.body.id}`, { as: 'dev' });
    await world.ask('POST', `${pulls}/reviews`, {
      as: 'owner',
      body: { event: 'APPROVE', body: 'Good', comments: [{ path: 'life.txt', line: 1, body: 'Nice' }] },
    });
    await world.ask('POST', `${path}/statuses/${pull.head.sha}`, {
      as: 'owner',
      body: { state: 'success', context: 'unit' },
    });
    await world.ask('PATCH', pulls, { as: 'dev', body: { title: 'A better title' } });
    await world.ask('PATCH', pulls, { as: 'dev', body: { state: 'closed' } });
    await world.ask('PATCH', pulls, { as: 'dev', body: { state: 'open' } });
    await world.forge.admin.commit({
      repo: 'acme/site',
      branch: 'life',
      files: { 'more.txt': 'x' },
      message: 'More',
      author: 'dev',
    });
    await world.ask('PUT', `${pulls}/merge`, { as: 'owner', body: { merge_method: 'merge' } });
    const all = await settled();
    expect(all).toEqual([
      'label.created',
      'pull_request.labeled',
      'pull_request.unlabeled',
      'pull_request.assigned',
      'pull_request.review_requested',
      'issue_comment.created',
      'issue_comment.edited',
      'issue_comment.deleted',
      'pull_request_review.submitted',
      'pull_request_review_comment.created',
      'status',
      'pull_request.edited',
      'pull_request.closed',
      'pull_request.reopened',
      'push',
      'pull_request.synchronize',
      'pull_request.closed',
      'push',
    ]);
    const merged = heard.at(-2)?.body;
    expect(merged).toMatchObject({
      sender: { login: 'owner' },
      pull_request: { merged: true, merged_by: { login: 'owner' } },
    });
    expect(heard.at(-1)?.body).toMatchObject({ ref: 'refs/heads/main', after: merged.pull_request.merge_commit_sha });
  });

  test('issues', async () => {
    const { body: issue } = await world.ask('POST', `${path}/issues`, {
      as: 'owner',
      body: { title: 'Broken', labels: ['kind/bug'], assignees: ['dev'] },
    });
    await world.ask('PATCH', `${path}/issues/${issue.number}`, { as: 'owner', body: { state: 'closed' } });
    expect(await settled()).toEqual([
      'label.created',
      'issues.opened',
      'issues.labeled',
      'issues.assigned',
      'issues.closed',
    ]);
  });

  test('bodies are signed, attempts are kept, and a redelivery has the same guid and body', async () => {
    answerWith = 503;
    await world.ask('POST', `${path}/issues`, { as: 'guest', body: { title: 'Lost' } });
    await world.forge.idle();
    answerWith = 200;
    const [lost] = heard;
    const signature = `sha256=${createHmac('sha256', secret)
      .update(lost?.raw ?? '')
      .digest('hex')}`;
    expect(lost?.headers['x-hub-signature-256']).toBe(signature);
    const hooks = await world.ask('GET', `${path}/hooks`, { as: 'owner' });
    const deliveries = `${path}/hooks/${hooks.body[0].id}/deliveries`;
    const failed = await world.ask('GET', `${deliveries}?status=failure`, { as: 'owner' });
    expect(failed.body).toMatchObject([
      { guid: lost?.headers['x-github-delivery'], status_code: 503, redelivery: false },
    ]);
    await world.ask('POST', `${deliveries}/${failed.body[0].id}/attempts`, { as: 'owner' });
    await world.forge.idle();
    expect(heard).toHaveLength(2);
    expect(heard[1]?.raw).toBe(lost?.raw);
    const latest = await world.ask('GET', `${deliveries}?per_page=1`, { as: 'owner' });
    expect(latest.body).toMatchObject([{ guid: failed.body[0].guid, status_code: 200, redelivery: true }]);
    expect(latest.headers.get('link')).toContain('cursor=');
  });
});

describe('git', () => {
  const run = promisify(execFile);
  let world: TestWorld;
  let folder: string;

  beforeAll(async () => {
    world = await testWorld();
    folder = await mkdtemp(join(tmpdir(), 'forge-git-'));
  });

  afterAll(async () => {
    await world.end();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = {
    ...process.env,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const git = async (...args: string[]) => await run('git', args, { cwd: folder, env: environment });
  const remote = (login: string) => `${world.forge.url.replace('://', `://x:${world.tokens[login]}@`)}/acme/site.git`;

  test('clone, push, fetch of a pull request, and a push that merges', async () => {
    await git('clone', '-q', remote('owner'), 'work');
    const work = (...args: string[]) =>
      git('-C', 'work', '-c', 'user.name=O', '-c', 'user.email=owner@example.com', ...args);
    await work('checkout', '-q', '-b', 'feature');
    await writeFile(join(folder, 'work', 'feature.txt'), 'one\n');
    await work('add', '.');
    await work('commit', '-qm', 'Feature');
    await work('push', '-q', 'origin', 'feature');
    const body = { title: 'Feature', head: 'feature', base: 'main' };
    const { body: pull } = await world.ask('POST', '/repos/acme/site/pulls', { as: 'owner', body });
    expect(pull).toMatchObject({ commits: 1, changed_files: 1, mergeable: true });
    await writeFile(join(folder, 'work', 'feature.txt'), 'two\n');
    await work('commit', '-qam', 'Better');
    await work('push', '-q', 'origin', 'feature');
    const { stdout: head } = await work('rev-parse', 'HEAD');
    const { body: moved } = await world.ask('GET', `/repos/acme/site/pulls/${pull.number}`);
    expect(moved).toMatchObject({ head: { sha: head.trim() }, commits: 2 });
    await work('fetch', '-q', 'origin', `refs/pull/${pull.number}/merge`);
    const { stdout: merge } = await work('rev-parse', 'FETCH_HEAD^2');
    expect(merge).toBe(head);
    await work('push', '-q', 'origin', 'feature:main');
    const { body: merged } = await world.ask('GET', `/repos/acme/site/pulls/${pull.number}`);
    expect(merged).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: head.trim() });
  });

  test('of two that open a pull for one branch at once, one gets it', async () => {
    const { number } = await openTestPull(world, 'twice');
    await world.ask('PATCH', `/repos/acme/site/pulls/${number}`, { as: 'owner', body: { state: 'closed' } });

    const body = { title: 'Again', head: 'twice', base: 'main' };
    const answers = await Promise.all(
      [1, 2, 3].map(async () => await world.ask('POST', '/repos/acme/site/pulls', { as: 'owner', body })),
    );

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422, 422]);
    const message = 'A pull request already exists for acme:twice.';
    expect(answers.find(({ status }) => status === 422)?.body.errors).toMatchObject([{ message }]);
    const { stdout } = await git('ls-remote', remote('owner'), 'refs/pull/*/head');
    const opened = answers.find(({ status }) => status === 201)?.body.number;
    const later = [...stdout.matchAll(/refs\/pull\/(\d+)\/head/g)]
      .map(([, one]) => Number(one))
      .filter((one) => one > number);
    expect(later).toEqual([opened]);
  });

  test('who may push', async () => {
    await git('clone', '-q', `${world.forge.url}/acme/site`, 'public');
    await expect(git('-C', 'public', 'push', '-q', remote('guest'), 'HEAD:refs/heads/x')).rejects.toThrow('403');
    await expect(git('-C', 'public', 'push', '-q', 'origin', 'HEAD:refs/heads/x')).rejects.toThrow(
      'could not read Username',
    );
    await expect(git('-C', 'public', 'push', '-q', remote('owner'), 'HEAD:refs/pull/1/head')).rejects.toThrow(
      'refs/pull/1/head',
    );
  });

  test('conflicts, squash and rebase', async () => {
    const { admin } = world.forge;
    const commit = async (branch: string, files: Record<string, string>, message: string) =>
      await admin.commit({ repo: 'acme/site', branch, files, message, author: 'owner' });
    const squash = await openTestPull(world, 'squash');
    await commit('squash', { 'second.txt': 's' }, 'Second');
    const rebase = await openTestPull(world, 'rebase');
    await commit('rebase', { 'third.txt': 't' }, 'Third');
    const conflict = await openTestPull(world, 'conflict');
    await commit('conflict', { 'README.md': 'mine\n' }, 'Mine');
    await commit('main', { 'README.md': 'theirs\n' }, 'Theirs');
    const merge = async (number: number, merge_method: string) =>
      await world.ask('PUT', `/repos/acme/site/pulls/${number}/merge`, { as: 'owner', body: { merge_method } });
    const { body: dirty } = await world.ask('GET', `/repos/acme/site/pulls/${conflict.number}`);
    expect(dirty).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    expect((await merge(conflict.number, 'merge')).status).toBe(405);
    expect((await merge(squash.number, 'squash')).status).toBe(200);
    expect((await merge(rebase.number, 'rebase')).status).toBe(200);
    const { body: log } = await world.ask('GET', '/repos/acme/site/commits?per_page=4');
    expect(log.map((one: Any) => [one.commit.message.split('\n')[0], one.parents.length])).toEqual([
      ['Third', 1],
      ['Add rebase', 1],
      [`Change squash (#${squash.number})`, 1],
      ['Theirs', 1],
    ]);
  });

  test('everything is there after a restart, but for a line that a crash cut off', async () => {
    const { dataDir } = world;
    const before = await world.ask('GET', '/repos/acme/site/pulls?state=all');
    await world.forge.close();
    const journal = join(dataDir, 'forge.jsonl');
    await writeFile(journal, `${await readFile(journal, 'utf8')}{"kind":"issues","val`);
    const again = await testWorld({ dataDir });
    const after = await again.ask('GET', '/repos/acme/site/pulls?state=all');
    const old = world.tokens['owner'] ?? '';
    expect(after.body.map((pull: Any) => [pull.id, pull.title, pull.head.sha])).toEqual(
      before.body.map((pull: Any) => [pull.id, pull.title, pull.head.sha]),
    );
    expect((await again.ask('GET', '/user', { token: old })).body.login).toBe('owner');
    await openTestPull(again, 'later');
    world = again;
  });
});
