/** Every operation of the table, asked at least once; each answer held against GitHub's own description. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Routes } from './api/routes.ts';
import { operations } from './operations/index.ts';
import { Contract, readDescription } from './test-description.ts';
import { openTestPull, testWorld, type Any, type TestWorld } from './test-world.ts';

const description = readDescription();
const title = "GitHub's description";
const suite = description ? describe : describe.skip;

suite(description ? title : `${title} (skipped: the package @octokit/openapi cannot be had here)`, () => {
  const routes = new Routes(operations);
  const contract = new Contract(description ?? { paths: {}, components: {} });
  const asked = new Set<string>();
  let world: TestWorld;
  let sink: Server;
  let sinkUrl: string;
  let app: { id: number; jwt: string; installation: number; token: string };

  beforeAll(async () => {
    world = await testWorld();
    sink = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await new Promise((resolve) => sink.once('listening', resolve));
    sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`;
    const { admin } = world.forge;
    const made = admin.createApp({ slug: 'robot', owner: 'acme', webhook: { url: sinkUrl, secret: 's' } });
    const installation = await admin.installApp(made.id, 'acme');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 30, exp: now + 540, iss: String(made.id) })}`;
    const jwt = `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(made.privateKey, 'base64url')}`;
    app = { id: made.id, jwt, installation: installation.id, token: '' };
  });

  afterAll(async () => {
    await world.end();
    sink.close();
  });

  /** Asks, checks status and shape, and answers the body. */
  async function ask(
    expected: number,
    method: string,
    path: string,
    options: { as?: string; token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Any> {
    const operation = routes.find(method, path.split('?')[0] ?? '')?.operation.id ?? '';
    const { status, body } = await world.ask(method, path, { as: 'owner', ...options });
    expect({ path, status, ...(status !== expected && { body }) }).toEqual({ path, status: expected });
    if (expected < 300) asked.add(operation);
    if (!operation.startsWith('legacy/') && !options.headers?.['accept']) {
      expect(contract.violations(operation, status, body)).toEqual([]);
    }
    return body;
  }

  const repo = '/repos/acme/site';

  test('names, methods and paths are those of the description', () => {
    const wrong = operations
      .filter((operation) => !operation.id.startsWith('legacy/'))
      .filter(({ id, method, path }) => {
        const place = contract.place(id);
        return place?.method !== method || place.path !== path;
      })
      .map(({ id, method, path }) => `${id} ${method} ${path}`);
    expect(wrong).toEqual([]);
    expect(new Set(operations.map((operation) => operation.id)).size).toBe(operations.length);
  });

  test('people, organisations and teams', async () => {
    await ask(200, 'GET', '/user');
    await ask(401, 'GET', '/user', { token: 'wrong' });
    await ask(200, 'GET', '/users/dev');
    await ask(404, 'GET', '/users/nobody');
    await ask(200, 'GET', '/user/orgs');
    await ask(200, 'GET', '/users/dev/orgs');
    await ask(200, 'GET', '/user/memberships/orgs');
    await ask(200, 'GET', '/user/memberships/orgs/acme');
    await ask(200, 'GET', '/orgs/acme');
    await ask(200, 'GET', '/orgs/acme/members');
    await ask(204, 'GET', '/orgs/acme/members/dev');
    await ask(404, 'GET', '/orgs/acme/members/guest');
    await ask(200, 'GET', '/orgs/acme/public_members');
    await ask(204, 'GET', '/orgs/acme/public_members/dev');
    await ask(200, 'GET', '/orgs/acme/memberships/dev');
    await ask(200, 'PUT', '/orgs/acme/memberships/guest', { body: { role: 'member' } });
    await ask(204, 'DELETE', '/orgs/acme/memberships/guest');
    await ask(200, 'PUT', '/orgs/acme/memberships/guest', { body: { role: 'member' } });
    await ask(204, 'DELETE', '/orgs/acme/members/guest');
    await ask(200, 'GET', '/orgs/acme/invitations');
    await ask(200, 'GET', '/orgs/acme/outside_collaborators');
    const team = await ask(201, 'POST', '/orgs/acme/teams', { body: { name: 'Site Admins', privacy: 'closed' } });
    expect(team.slug).toBe('site-admins');
    await ask(201, 'POST', '/orgs/acme/teams', { body: { name: 'Helpers', parent_team_id: team.id } });
    const path = '/orgs/acme/teams/site-admins';
    await ask(200, 'GET', '/orgs/acme/teams');
    await ask(200, 'GET', path);
    await ask(200, 'PATCH', path, { body: { description: 'Those who may.', name: 'Site Admins' } });
    await ask(200, 'GET', `${path}/teams`);
    await ask(200, 'PUT', `${path}/memberships/dev`, { body: { role: 'maintainer' } });
    await ask(200, 'GET', `${path}/memberships/dev`);
    expect(await ask(200, 'GET', `${path}/members`)).toHaveLength(1);
    await ask(200, 'GET', `/teams/${team.id}`);
    await ask(200, 'GET', `/teams/${team.id}/members`);
    await ask(204, 'PUT', `${path}${repo}`, { body: { permission: 'push' } });
    await ask(204, 'GET', `${path}${repo}`);
    await ask(200, 'GET', `${path}/repos`);
    await ask(200, 'GET', `${repo}/teams`);
    await ask(204, 'DELETE', `${path}${repo}`);
    await ask(204, 'DELETE', `${path}/memberships/dev`);
    await ask(204, 'DELETE', '/orgs/acme/teams/helpers');
  });

  test('repositories, branches, protection, collaborators', async () => {
    await ask(201, 'POST', '/orgs/acme/repos', { body: { name: 'gone', auto_init: true } });
    await ask(422, 'POST', '/orgs/acme/repos', { body: { name: 'gone' } });
    await ask(204, 'DELETE', '/repos/acme/gone');
    await ask(201, 'POST', '/user/repos', { body: { name: 'mine', private: true } });
    await ask(404, 'GET', '/repos/owner/mine', { as: 'guest' });
    await ask(200, 'GET', '/user/repos');
    await ask(200, 'GET', '/users/owner/repos');
    await ask(200, 'GET', '/orgs/acme/repos');
    await ask(200, 'GET', repo);
    await ask(200, 'PATCH', repo, { body: { description: 'The site', delete_branch_on_merge: false } });
    await ask(200, 'GET', `${repo}/topics`);
    await ask(200, 'PUT', `${repo}/topics`, { body: { names: ['web'] } });
    await ask(202, 'POST', `${repo}/forks`, { as: 'guest' });
    expect(await ask(200, 'GET', `${repo}/forks`)).toHaveLength(1);
    await ask(200, 'GET', `${repo}/branches`);
    await ask(200, 'GET', `${repo}/branches/main`);
    const protection = `${repo}/branches/main/protection`;
    await ask(404, 'GET', protection);
    await ask(200, 'PUT', protection, {
      body: {
        required_status_checks: { strict: false, contexts: ['unit'] },
        enforce_admins: false,
        required_pull_request_reviews: { required_approving_review_count: 1 },
        restrictions: { users: ['dev'], teams: ['site-admins'] },
      },
    });
    await ask(200, 'GET', protection);
    await ask(200, 'GET', `${protection}/required_status_checks`);
    await ask(200, 'GET', `${protection}/required_status_checks/contexts`);
    await ask(200, 'POST', `${protection}/required_status_checks/contexts`, { body: { contexts: ['e2e'] } });
    await ask(200, 'DELETE', `${protection}/required_status_checks/contexts`, { body: ['e2e'] });
    await ask(200, 'PUT', `${protection}/required_status_checks/contexts`, { body: { contexts: ['unit'] } });
    await ask(200, 'GET', `${repo}/branches/main`);
    await ask(204, 'DELETE', protection);
    await ask(200, 'GET', `${repo}/collaborators`);
    await ask(204, 'GET', `${repo}/collaborators/dev`);
    await ask(404, 'GET', `${repo}/collaborators/guest`);
    await ask(201, 'PUT', `${repo}/collaborators/guest`, { body: { permission: 'triage' } });
    await ask(200, 'GET', `${repo}/collaborators/guest/permission`);
    await ask(204, 'DELETE', `${repo}/collaborators/guest`);
    await ask(200, 'GET', '/search/repositories?q=site+org:acme');
  });

  test('git data, contents, history', async () => {
    const head = await ask(200, 'GET', `${repo}/git/ref/heads/main`);
    await ask(200, 'GET', `${repo}/git/refs/heads/main`);
    await ask(200, 'GET', `${repo}/git/matching-refs/heads`);
    const commit = await ask(200, 'GET', `${repo}/git/commits/${head.object.sha}`);
    await ask(200, 'GET', `${repo}/git/trees/${commit.tree.sha}?recursive=1`);
    const blob = await ask(201, 'POST', `${repo}/git/blobs`, { body: { content: 'hello', encoding: 'utf-8' } });
    await ask(200, 'GET', `${repo}/git/blobs/${blob.sha}`);
    const tree = await ask(201, 'POST', `${repo}/git/trees`, {
      body: { base_tree: commit.tree.sha, tree: [{ path: 'docs/a.txt', mode: '100644', type: 'blob', sha: blob.sha }] },
    });
    const next = await ask(201, 'POST', `${repo}/git/commits`, {
      body: { message: 'Add docs', tree: tree.sha, parents: [head.object.sha] },
    });
    await ask(201, 'POST', `${repo}/git/refs`, { body: { ref: 'refs/heads/docs', sha: head.object.sha } });
    await ask(200, 'PATCH', `${repo}/git/refs/heads/docs`, { body: { sha: next.sha } });
    await ask(422, 'PATCH', `${repo}/git/refs/heads/docs`, { body: { sha: head.object.sha } });
    await ask(201, 'POST', `${repo}/git/refs`, { body: { ref: 'refs/tags/v1', sha: next.sha } });
    await ask(200, 'GET', `${repo}/tags`);
    await ask(200, 'GET', `${repo}/contents/docs?ref=docs`);
    await ask(200, 'GET', `${repo}/contents`);
    const file = await ask(200, 'GET', `${repo}/contents/docs/a.txt?ref=docs`);
    expect(Buffer.from(file.content, 'base64').toString()).toBe('hello');
    const raw = await ask(200, 'GET', `${repo}/contents/docs/a.txt?ref=docs`, {
      headers: { accept: 'application/vnd.github.raw' },
    });
    expect(raw).toBe('hello');
    await ask(404, 'GET', `${repo}/contents/missing`);
    const made = await ask(201, 'PUT', `${repo}/contents/new.txt`, {
      body: { message: 'New', content: Buffer.from('1').toString('base64'), branch: 'docs' },
    });
    await ask(409, 'PUT', `${repo}/contents/new.txt`, {
      body: { message: 'x', content: '', branch: 'docs', sha: blob.sha },
    });
    await ask(200, 'DELETE', `${repo}/contents/new.txt`, {
      body: { message: 'Away', sha: made.content.sha, branch: 'docs' },
    });
    await ask(200, 'GET', `${repo}/commits?sha=docs&path=docs`);
    await ask(200, 'GET', `${repo}/commits/docs`);
    const compared = await ask(200, 'GET', `${repo}/compare/main...docs`);
    expect(compared).toMatchObject({ status: 'ahead', ahead_by: 3, behind_by: 0 });
    await ask(201, 'POST', `${repo}/merges`, { body: { base: 'main', head: 'docs' } });
    await ask(204, 'DELETE', `${repo}/git/refs/heads/docs`);
  });

  test('issues, labels, milestones, reactions', async () => {
    const issue = await ask(201, 'POST', `${repo}/issues`, {
      body: { title: 'Broken', body: 'It is.', labels: ['kind/bug'] },
    });
    const path = `${repo}/issues/${issue.number}`;
    await ask(422, 'POST', `${repo}/issues`, { body: {} });
    await ask(200, 'GET', `${repo}/issues?state=all&labels=kind/bug`);
    await ask(200, 'GET', path);
    const comment = await ask(201, 'POST', `${path}/comments`, { body: { body: 'Hello' } });
    await ask(200, 'GET', `${path}/comments`);
    await ask(200, 'GET', `${repo}/issues/comments`);
    await ask(200, 'GET', `${repo}/issues/comments/${comment.id}`);
    await ask(200, 'PATCH', `${repo}/issues/comments/${comment.id}`, { body: { body: 'Hello again' } });
    await ask(403, 'PATCH', `${repo}/issues/comments/${comment.id}`, { as: 'guest', body: { body: 'Mine now' } });
    await ask(201, 'POST', `${repo}/issues/comments/${comment.id}/reactions`, { body: { content: 'heart' } });
    await ask(200, 'POST', `${repo}/issues/comments/${comment.id}/reactions`, { body: { content: 'heart' } });
    await ask(200, 'GET', `${repo}/issues/comments/${comment.id}/reactions`);
    await ask(201, 'POST', `${path}/reactions`, { body: { content: '+1' } });
    await ask(200, 'GET', `${path}/reactions`);
    await ask(201, 'POST', `${repo}/labels`, { body: { name: 'lgtm', color: '00ff00' } });
    await ask(422, 'POST', `${repo}/labels`, { body: { name: 'LGTM', color: '00ff00' } });
    await ask(200, 'GET', `${repo}/labels`);
    await ask(200, 'GET', `${repo}/labels/lgtm`);
    await ask(200, 'PATCH', `${repo}/labels/lgtm`, { body: { description: 'Looks good' } });
    await ask(200, 'POST', `${path}/labels`, { body: { labels: ['lgtm'] } });
    await ask(200, 'GET', `${path}/labels`);
    await ask(200, 'DELETE', `${path}/labels/kind%2Fbug`);
    await ask(404, 'DELETE', `${path}/labels/kind%2Fbug`);
    await ask(200, 'PUT', `${path}/labels`, { body: { labels: ['a', 'b'] } });
    await ask(204, 'DELETE', `${path}/labels`);
    await ask(204, 'DELETE', `${repo}/labels/lgtm`);
    await ask(200, 'GET', `${repo}/assignees`);
    await ask(204, 'GET', `${repo}/assignees/dev`);
    await ask(201, 'POST', `${path}/assignees`, { body: { assignees: ['dev'] } });
    await ask(200, 'DELETE', `${path}/assignees`, { body: { assignees: ['dev'] } });
    const milestone = await ask(201, 'POST', `${repo}/milestones`, { body: { title: 'v1' } });
    await ask(200, 'GET', `${repo}/milestones`);
    await ask(200, 'GET', `${repo}/milestones/${milestone.number}`);
    await ask(200, 'PATCH', `${repo}/milestones/${milestone.number}`, { body: { state: 'closed' } });
    await ask(200, 'PATCH', path, { body: { milestone: milestone.number, title: 'Very broken', assignees: ['dev'] } });
    await ask(204, 'DELETE', `${repo}/milestones/${milestone.number}`);
    await ask(204, 'PUT', `${path}/lock`, { body: { lock_reason: 'spam' } });
    await ask(403, 'POST', `${path}/comments`, { as: 'guest', body: { body: 'no' } });
    await ask(204, 'DELETE', `${path}/lock`);
    await ask(200, 'PATCH', path, { body: { state: 'closed', state_reason: 'not_planned' } });
    await ask(200, 'GET', `${path}/events`);
    await ask(200, 'GET', `${path}/timeline`);
    await ask(204, 'DELETE', `${repo}/issues/comments/${comment.id}`);
    await ask(200, 'GET', '/search/issues?q=repo:acme/site+is:issue+broken');
  });

  test('pull requests and reviews', async () => {
    const pull = await openTestPull(world, 'one');
    const path = `${repo}/pulls/${pull.number}`;
    expect(contract.violations('pulls/create', 201, pull)).toEqual([]);
    asked.add('pulls/create');
    await ask(422, 'POST', `${repo}/pulls`, { body: { title: 'Again', head: 'one', base: 'main' } });
    await ask(200, 'GET', `${repo}/pulls?state=all&head=acme:one`);
    expect(await ask(200, 'GET', path)).toMatchObject({
      mergeable: true,
      mergeable_state: 'clean',
      commits: 1,
      additions: 1,
    });
    const diff = await ask(200, 'GET', path, { headers: { accept: 'application/vnd.github.v3.diff' } });
    expect(diff).toContain('+one');
    await ask(200, 'PATCH', path, { body: { body: 'Better words.' } });
    await ask(200, 'GET', `${path}/files`);
    await ask(200, 'GET', `${path}/commits`);
    await ask(404, 'GET', `${path}/merge`);
    await ask(201, 'POST', `${path}/requested_reviewers`, {
      body: { reviewers: ['dev'], team_reviewers: ['site-admins'] },
    });
    await ask(422, 'POST', `${path}/requested_reviewers`, { body: { reviewers: ['guest'] } });
    await ask(200, 'GET', `${path}/requested_reviewers`);
    await ask(200, 'DELETE', `${path}/requested_reviewers`, {
      body: { reviewers: [], team_reviewers: ['site-admins'] },
    });
    const review = await ask(200, 'POST', `${path}/reviews`, {
      as: 'dev',
      body: { event: 'COMMENT', body: 'See below', comments: [{ path: 'one.txt', line: 1, body: 'Why?' }] },
    });
    await ask(200, 'GET', `${path}/reviews`);
    await ask(200, 'GET', `${path}/reviews/${review.id}`);
    await ask(200, 'PUT', `${path}/reviews/${review.id}`, { as: 'dev', body: { body: 'Read below' } });
    await ask(200, 'GET', `${path}/reviews/${review.id}/comments`);
    const pending = await ask(200, 'POST', `${path}/reviews`, { as: 'dev', body: { body: 'Later' } });
    await ask(200, 'DELETE', `${path}/reviews/${pending.id}`, { as: 'dev' });
    const second = await ask(200, 'POST', `${path}/reviews`, { as: 'dev', body: {} });
    await ask(200, 'POST', `${path}/reviews/${second.id}/events`, {
      as: 'dev',
      body: { event: 'APPROVE', body: 'Fine' },
    });
    await ask(200, 'PUT', `${path}/reviews/${second.id}/dismissals`, { body: { message: 'Not yet' } });
    await ask(422, 'POST', `${path}/reviews`, { body: { event: 'APPROVE' } });
    const line = await ask(201, 'POST', `${path}/comments`, {
      body: { body: 'Here', path: 'one.txt', line: 1, commit_id: pull.head.sha },
    });
    await ask(201, 'POST', `${path}/comments/${line.id}/replies`, { body: { body: 'And here' } });
    await ask(200, 'GET', `${path}/comments`);
    await ask(200, 'GET', `${repo}/pulls/comments`);
    await ask(200, 'GET', `${repo}/pulls/comments/${line.id}`);
    await ask(200, 'PATCH', `${repo}/pulls/comments/${line.id}`, { body: { body: 'There' } });
    await ask(204, 'DELETE', `${repo}/pulls/comments/${line.id}`);
    await ask(200, 'GET', `${repo}/commits/${pull.head.sha}/pulls`);
    await world.forge.admin.commit({
      repo: 'acme/site',
      branch: 'main',
      files: { 'main.txt': 'm\n' },
      message: 'm',
      author: 'owner',
    });
    await ask(202, 'PUT', `${path}/update-branch`, { body: {} });
    await ask(409, 'PUT', `${path}/merge`, { body: { sha: pull.head.sha } });
    await ask(200, 'PUT', `${path}/merge`, { body: { merge_method: 'squash' } });
    await ask(204, 'GET', `${path}/merge`);
    await ask(405, 'PUT', `${path}/merge`, { body: {} });
  });

  test('statuses and checks', async () => {
    const { sha } = (await ask(200, 'GET', `${repo}/commits/main`)) as { sha: string };
    await ask(201, 'POST', `${repo}/statuses/${sha}`, {
      body: { state: 'pending', context: 'unit', description: 'Runs' },
    });
    await ask(201, 'POST', `${repo}/statuses/${sha}`, {
      body: { state: 'success', context: 'unit', target_url: sinkUrl },
    });
    await ask(422, 'POST', `${repo}/statuses/${sha}`, { body: { state: 'nonsense' } });
    expect(await ask(200, 'GET', `${repo}/commits/${sha}/statuses`)).toHaveLength(2);
    expect(await ask(200, 'GET', `${repo}/commits/main/status`)).toMatchObject({ state: 'success', total_count: 1 });
    const { token } = await ask(201, 'POST', `/app/installations/${app.installation}/access_tokens`, {
      token: app.jwt,
      body: {},
    });
    await ask(403, 'POST', `${repo}/check-runs`, { body: { name: 'lint', head_sha: sha } });
    const run = await ask(201, 'POST', `${repo}/check-runs`, {
      token,
      body: { name: 'lint', head_sha: sha, status: 'in_progress' },
    });
    await ask(200, 'PATCH', `${repo}/check-runs/${run.id}`, {
      token,
      body: { conclusion: 'success', output: { title: 'Fine', summary: 'All of it' } },
    });
    await ask(200, 'GET', `${repo}/check-runs/${run.id}`);
    await ask(201, 'POST', `${repo}/check-runs/${run.id}/rerequest`);
    await ask(200, 'GET', `${repo}/commits/main/check-runs`);
    const suites = await ask(200, 'GET', `${repo}/commits/main/check-suites`);
    await ask(200, 'GET', `${repo}/check-suites/${suites.check_suites[0].id}`);
    await ask(200, 'GET', `${repo}/check-suites/${suites.check_suites[0].id}/check-runs`);
  });

  test.each(['/repos/acme/site', '/orgs/acme'])('webhooks of %s', async (owner) => {
    const body = { config: { url: `${sinkUrl}${owner}`, content_type: 'json', secret: 's' }, events: ['push'] };
    const hook = await ask(201, 'POST', `${owner}/hooks`, { body: { name: 'web', ...body } });
    await ask(200, 'GET', `${owner}/hooks`);
    const path = `${owner}/hooks/${hook.id}`;
    await ask(200, 'GET', path);
    await ask(200, 'PATCH', path, { body: { add_events: ['issues'] } });
    await ask(200, 'GET', `${path}/config`);
    await ask(200, 'PATCH', `${path}/config`, { body: { content_type: 'form' } });
    await ask(204, 'POST', `${path}/pings`);
    await world.forge.idle();
    const deliveries = await ask(200, 'GET', `${path}/deliveries`);
    expect(deliveries).toHaveLength(2);
    await ask(200, 'GET', `${path}/deliveries/${deliveries[0].id}`);
    await ask(202, 'POST', `${path}/deliveries/${deliveries[0].id}/attempts`);
    await ask(204, 'DELETE', path);
  });

  test('apps', async () => {
    const as = { token: app.jwt };
    await ask(200, 'GET', '/app', as);
    await ask(401, 'GET', '/app');
    await ask(200, 'GET', '/apps/robot');
    await ask(200, 'GET', '/app/installations', as);
    const path = `/app/installations/${app.installation}`;
    await ask(200, 'GET', path, as);
    await ask(200, 'GET', '/orgs/acme/installation', as);
    await ask(200, 'GET', `${repo}/installation`, as);
    const personal = await world.forge.admin.installApp(app.id, 'owner');
    await ask(200, 'GET', '/users/owner/installation', as);
    await ask(204, 'PUT', `${path}/suspended`, as);
    await ask(204, 'DELETE', `${path}/suspended`, as);
    const { token } = await ask(201, 'POST', `${path}/access_tokens`, { ...as, body: { repositories: ['site'] } });
    await ask(200, 'GET', '/installation/repositories', { token });
    await ask(204, 'DELETE', '/installation/token', { token });
    await ask(401, 'GET', repo, { token });
    await ask(200, 'GET', '/app/hook/config', as);
    await ask(200, 'PATCH', '/app/hook/config', { ...as, body: { content_type: 'json' } });
    await world.forge.idle();
    const deliveries = await ask(200, 'GET', '/app/hook/deliveries', as);
    await ask(200, 'GET', `/app/hook/deliveries/${deliveries[0].id}`, as);
    await ask(202, 'POST', `/app/hook/deliveries/${deliveries[0].id}/attempts`, as);
    await ask(204, 'DELETE', `/app/installations/${personal.id}`, as);
  });

  test('what the host says about itself', async () => {
    await ask(200, 'GET', '/rate_limit');
    await ask(200, 'GET', '/meta');
    await ask(200, 'GET', '/zen', { headers: { accept: 'text/plain' } });
  });

  test('every operation was asked', () => {
    expect(operations.map((operation) => operation.id).filter((id) => !asked.has(id))).toEqual([]);
  });
});
