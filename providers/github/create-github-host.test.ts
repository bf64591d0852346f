import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CodeHost, HostEffect } from '../../domain/review/host.ts';
import { createFakeGitHubApi, type FakeGitHubApi } from '../../test/fakes/github-api.ts';
import { exampleOf } from '../../test/fixtures/github-webhooks.ts';
import { createGitHubHost, type GitHubHostOptions } from './create-github-host.ts';

const name = { org: 'acme', repo: 'app', number: 7 };
const repo = '/repos/acme/app';
const issue = `${repo}/issues/7`;
const pull = `${repo}/pulls/7`;

let api: FakeGitHubApi;
let host: CodeHost;
let now: number;

function hostWith(options: Partial<GitHubHostOptions> = {}): CodeHost {
  return createGitHubHost({
    name: 'github',
    baseUrl: api.url,
    auth: { token: () => 'the-token' },
    now: () => now,
    sleep: async () => undefined,
    ...options,
  });
}

beforeEach(async () => {
  now = 1_800_000_000_000;
  api = await createFakeGitHubApi();
  host = hostWith();
});

afterEach(async () => {
  await api.close();
});

const bodies = () => api.requests.map(({ body }) => body);

describe('reads', () => {
  test('lists come whole, a page after the other, and once for each item', async () => {
    api.answers[`GET ${pull}/files`] = {
      body: Array.from({ length: 250 }, (_, i) => ({
        filename: `f${i}`,
        status: 'modified',
        additions: 1,
        deletions: 2,
      })),
    };
    const reads = host.reads(name);

    expect(await reads.changedFiles()).toHaveLength(250);
    expect((await reads.changedFiles())[249]).toEqual({ path: 'f249', status: 'modified', additions: 1, deletions: 2 });
    expect(api.asked).toHaveLength(3);
    expect(api.requests[0]?.headers['authorization']).toBe('token the-token');
  });

  test('what has not changed costs no more than the question', async () => {
    api.answers[`GET ${issue}/labels`] = { body: [{ name: 'lgtm' }] };
    expect(await host.reads(name).labels()).toEqual(['lgtm']);

    expect(await host.reads(name).labels()).toEqual(['lgtm']);
    expect(api.unchanged).toHaveLength(1);
    api.answers[`GET ${issue}/labels`] = { body: [] };
    expect(await host.reads(name).labels()).toEqual([]);
  });

  test('the same question of several at once is asked once', async () => {
    api.answers[`GET ${issue}/labels`] = { body: [{ name: 'lgtm' }] };

    const labels = await Promise.all([1, 2, 3].map(() => host.reads(name).labels()));

    expect(labels).toEqual([['lgtm'], ['lgtm'], ['lgtm']]);
    expect(api.asked).toHaveLength(1);
  });

  test.each([
    ['204', { status: 204 }, true],
    ['404', { status: 404, body: { message: 'Not Found' } }, false],
  ])('0.7 membership answered %s', async (_name, answer, member) => {
    api.answers['GET /orgs/acme/members/alice'] = answer;

    expect(await host.reads(name).isMember('acme', 'alice')).toBe(member);
    expect(await host.reads({ ...name, number: 8 }).isMember('acme', 'Alice')).toBe(member);
    expect(api.asked).toHaveLength(1);
    now += 5 * 60_000;
    expect(await host.reads(name).isMember('acme', 'alice')).toBe(member);
    expect(api.asked).toHaveLength(2);
  });

  test('0.7 to who is no member itself, the redirect is an error and not a no', async () => {
    api.answers['GET /orgs/acme/members/alice'] = {
      status: 302,
      headers: { location: '/orgs/acme/public_members/alice' },
    };

    await expect(host.reads(name).isMember('acme', 'alice')).rejects.toMatchObject({ type: 'HostForbidden' });
    expect(await host.reads(name).isMember('acme', 'acme')).toBe(true);
  });

  test('0.9 mergeability is waited for, and is unknown when the head moves', async () => {
    const states = [null, null, true];
    const shape = (mergeable: boolean | null, sha: string) => ({ body: { merged: false, mergeable, head: { sha } } });
    api.answers[`GET ${pull}`] = () => shape(states.shift() ?? null, 'a');
    expect(await host.reads(name).isMergeable()).toBe(true);

    const heads = ['a', 'b'];
    api.answers[`GET ${pull}`] = () => shape(null, heads.shift() ?? 'b');
    await expect(host.reads(name).isMergeable()).rejects.toThrow('its head has changed');
    api.answers[`GET ${pull}`] = shape(null, 'c');
    await expect(host.reads(name).isMergeable()).rejects.toThrow('has not found out');
  });

  test('an item that GitHub does not show yet is waited for, twice', async () => {
    const pauses: number[] = [];
    host = hostWith({ sleep: async (ms) => void pauses.push(ms) });
    let asked = 0;
    api.answers[`GET ${issue}/labels`] = () => {
      asked += 1;
      return asked < 3 ? { status: 404, body: { message: 'Not Found' } } : { body: [{ name: 'lgtm' }] };
    };
    expect(await host.reads(name).labels()).toEqual(['lgtm']);
    expect(pauses).toEqual([2000, 4000]);

    await expect(host.reads(name).comments()).rejects.toMatchObject({ type: 'HostNotFound' });
    expect(await host.reads(name).labelsOf(8)).toBeUndefined();
    expect(pauses).toEqual([2000, 4000, 2000, 4000]);
  });

  test('comments, reviews, commits and who put labels', async () => {
    const user = { login: 'alice', type: 'User' };
    const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' };
    api.answers[`GET ${issue}/comments`] = { body: [{ id: 1, body: 'hi\r\n', user, html_url: 'u', ...times }] };
    api.answers[`GET ${pull}/comments`] = { body: [{ id: 2, body: 'in', user: null, html_url: 'u', ...times }] };
    api.answers[`GET ${pull}/reviews`] = {
      body: [{ id: 3, state: 'APPROVED', body: '', user, html_url: 'u', submitted_at: '2026-01-01T00:00:00Z' }],
    };
    api.answers[`GET ${pull}/commits`] = {
      body: [{ sha: 'c', commit: { message: 'm' }, author: null, parents: [{ sha: 'p' }, { sha: 'q' }] }],
    };
    api.answers[`GET ${issue}/events`] = {
      body: [
        { event: 'labeled', label: { name: 'lgtm' }, actor: user },
        { event: 'closed', actor: user },
        { event: 'labeled', label: { name: 'hold' }, actor: null },
      ],
    };
    const reads = host.reads(name);

    expect(await reads.comments()).toMatchObject([{ id: 1, author: 'alice', body: 'hi\r\n' }]);
    expect(await reads.inlineComments()).toMatchObject([{ id: 2, author: '' }]);
    expect(await reads.reviews()).toMatchObject([{ id: 3, state: 'APPROVED', author: 'alice' }]);
    expect(await reads.commits()).toEqual([{ sha: 'c', message: 'm', parents: 2 }]);
    expect(await reads.labelEvents()).toEqual([{ label: 'lgtm', actor: 'alice' }, { label: 'hold' }]);
  });

  test('teams by name, by number, and those that are not', async () => {
    api.answers['GET /orgs/acme/teams'] = { body: [{ id: 5, slug: 'the-team', name: 'The Team' }] };
    api.answers['GET /orgs/acme/teams/the-team/members'] = { body: [{ login: 'Alice' }] };
    const reads = host.reads(name);

    expect(await reads.teamMembersByName('The Team')).toEqual(['Alice']);
    expect(await reads.teamMembersById(5)).toEqual(['Alice']);
    await expect(reads.teamMembersByName('the team')).rejects.toMatchObject({ type: 'HostNotFound' });
    await expect(reads.teamMembers('none')).rejects.toMatchObject({ type: 'HostNotFound' });
  });

  test('who is busy says the graph', async () => {
    api.answers['POST /graphql'] = { body: { data: { user: { status: { indicatesLimitedAvailability: true } } } } };

    expect(await host.reads(name).isBusy('alice')).toBe(true);
  });

  test('labels of the repository are remembered until one is wanted that is not among them', async () => {
    api.answers[`GET ${repo}/labels`] = { body: [{ name: 'kind/bug' }] };
    expect(await host.reads(name).repoLabels(['kind/bug', 'none'])).toEqual(['kind/bug']);
    api.answers[`GET ${repo}/labels`] = { body: [{ name: 'kind/bug' }, { name: 'new' }] };

    expect(await host.reads(name).repoLabels(['Kind/Bug'])).toEqual(['kind/bug']);
    expect(api.asked).toHaveLength(1);
    const reads = host.reads(name);
    expect(await Promise.all([reads.repoLabels(['new']), reads.repoLabels(['new', 'none'])])).toEqual([
      ['kind/bug', 'new'],
      ['kind/bug', 'new'],
    ]);
    expect(api.asked).toHaveLength(2);
  });

  test('who is on a remembered list of collaborators is one, and others are asked for', async () => {
    api.answers[`GET ${repo}/collaborators`] = { body: [{ login: 'Alice' }] };
    api.answers[`GET ${repo}/collaborators/bob`] = { status: 204 };
    const reads = host.reads(name);
    await reads.collaborators();

    expect(await reads.isCollaborator('alice')).toBe(true);
    expect(await reads.isCollaborator('bob')).toBe(true);
    expect(api.asked.map((one) => one.split('?')[0])).toEqual([
      `GET ${repo}/collaborators`,
      `GET ${repo}/collaborators/bob`,
    ]);
  });

  test('collaborators that may not be listed are unknown', async () => {
    api.answers[`GET ${repo}/collaborators`] = { status: 403, body: { message: 'Must have push access' } };
    expect(await host.reads(name).collaborators()).toBeUndefined();
    api.answers[`GET ${repo}/collaborators/bob`] = { status: 204 };
    expect(await host.reads(name).isCollaborator('bob')).toBe(true);
  });
});

describe('the item', () => {
  test('is a pull, as webhooks show it', async () => {
    const { pull_request: given } = exampleOf('pull_request', 'opened') as { pull_request: { number: number } };
    api.answers[`GET ${pull}`] = { body: given };

    expect(await host.item(name)).toMatchObject({
      isPull: true,
      number: given.number,
      pull: { base: { ref: 'master' } },
    });
    expect(api.asked).toHaveLength(1);
  });

  test('is an issue, or is not there', async () => {
    expect(await host.item(name)).toBeUndefined();
    api.answers[`GET ${issue}`] = { body: { number: 7, title: 't', body: 'x'.repeat(60_000), state: 'open' } };
    expect(await host.item(name)).toMatchObject({ isPull: false, body: 'x'.repeat(60_000) });
  });

  test('open changes by their head', async () => {
    api.answers[`GET ${repo}/commits/abc/pulls`] = {
      body: [
        { number: 1, state: 'open', head: { sha: 'abc' } },
        { number: 2, state: 'closed', head: { sha: 'abc' } },
        { number: 3, state: 'open', head: { sha: 'other' } },
      ],
    };
    expect(await host.openChangesOf(name, 'abc')).toEqual([1]);
    api.answers[`GET ${repo}/git/ref/heads/main`] = { body: { object: { sha: 'def' } } };
    expect(await host.branchHead(name, 'main')).toBe('def');
    expect(await host.branchHead(name, 'gone')).toBeUndefined();
  });
});

describe('effects', () => {
  const apply = async (effect: HostEffect, firstAttempt = false) => host.apply(name, effect, 'k-1', { firstAttempt });

  test('a comment carries its key, and a repetition finds it', async () => {
    const posted: { body: string }[] = [];
    api.answers[`GET ${issue}/comments`] = () => ({ body: posted });
    api.answers[`POST ${issue}/comments`] = ({ body }) => {
      posted.push(body as { body: string });
      return { status: 201, body: {} };
    };

    await apply({ kind: 'comment', body: 'hello' }, true);
    await apply({ kind: 'comment', body: 'hello' });

    expect(posted).toEqual([{ body: 'hello\n<!-- bowsprit:k-1 -->' }]);
    expect(api.asked).toEqual([`POST ${issue}/comments`, `GET ${issue}/comments?per_page=100`]);
  });

  test('a comment whose answer was lost is not made twice', async () => {
    const posted: { body: string }[] = [];
    api.answers[`GET ${issue}/comments`] = () => ({ body: posted });
    api.answers[`POST ${issue}/comments`] = ({ body }) => {
      posted.push(body as { body: string });
      return { status: 502, body: { message: 'lost' } };
    };
    await expect(apply({ kind: 'comment', body: 'hello' }, true)).rejects.toMatchObject({ type: 'HostUnavailable' });

    await apply({ kind: 'comment', body: 'hello' });

    expect(posted).toHaveLength(1);
  });

  test('a comment is edited as a whole, and a repetition changes nothing', async () => {
    api.answers[`PATCH ${repo}/issues/comments/5`] = { body: {} };
    const edit = async () => await apply({ kind: 'editComment', id: 5, body: 'hello' });

    expect([await edit(), await edit()]).toEqual([undefined, undefined]);
    const body = 'hello\n<!-- bowsprit:k-1 -->';
    expect(bodies()).toEqual([{ body }, { body }]);
  });

  test('editing a comment that is gone is refused', async () => {
    expect(await apply({ kind: 'editComment', id: 6, body: 'hello' })).toEqual({ refused: [], reason: 'Not Found' });
  });

  test('several labels are one request', async () => {
    api.answers[`POST ${issue}/labels`] = { body: [] };

    await host.addLabels?.(name, ['a', 'b']);

    expect(bodies()).toEqual([{ labels: ['a', 'b'] }]);
  });

  test.each([
    ['Label does not exist', undefined],
    ['Not Found', 'HostNotFound'],
  ])('0.4 removing a label, answered 404 %s', async (message, type) => {
    api.answers[`DELETE ${issue}/labels/needs rebase/x`] = { status: 404, body: { message } };
    const removal = apply({ kind: 'removeLabel', label: 'needs rebase/x' });

    if (type) await expect(removal).rejects.toMatchObject({ type });
    else expect(await removal).toBeUndefined();
  });

  test('0.9 those who were not assigned are refused, without regard to case', async () => {
    api.answers[`POST ${issue}/assignees`] = { status: 201, body: { assignees: [{ login: 'Alice' }] } };

    expect(await apply({ kind: 'assign', logins: ['alice', 'bob'] })).toMatchObject({ refused: ['bob'] });
    expect(await apply({ kind: 'assign', logins: ['alice'] })).toBeUndefined();
  });

  test('0.9 a refused review request is tried for each alone, and foreign teams never', async () => {
    api.answers[`POST ${pull}/requested_reviewers`] = ({ body }) => {
      const { reviewers } = body as { reviewers: string[] };
      return reviewers.includes('bob')
        ? { status: 422, body: { message: 'not a collaborator' } }
        : { status: 201, body: {} };
    };

    const refusal = await apply({ kind: 'requestReview', reviewers: ['alice', 'bob', 'acme/team', 'other/team'] });

    expect(refusal).toEqual({ refused: ['other/team', 'bob'], reason: 'not a collaborator' });
    expect(bodies()).toEqual([
      { reviewers: ['alice', 'bob'], team_reviewers: ['team'] },
      { reviewers: ['alice'], team_reviewers: [] },
      { reviewers: ['bob'], team_reviewers: [] },
      { reviewers: [], team_reviewers: ['team'] },
    ]);
  });

  test('0.9 a review request that fails otherwise is a failure', async () => {
    api.answers[`POST ${pull}/requested_reviewers`] = { status: 403, body: { message: 'Resource not accessible' } };

    await expect(apply({ kind: 'requestReview', reviewers: ['alice'] })).rejects.toMatchObject({
      type: 'HostForbidden',
    });
  });

  test('0.9 a request that is not taken back is refused', async () => {
    api.answers[`DELETE ${pull}/requested_reviewers`] = { body: { requested_reviewers: [{ login: 'Alice' }] } };

    expect(await apply({ kind: 'unrequestReview', reviewers: ['alice', 'bob'] })).toMatchObject({ refused: ['alice'] });
  });

  test('a status is cut to what GitHub takes', async () => {
    api.answers[`POST ${repo}/statuses/abc`] = { status: 201, body: {} };

    await apply({ kind: 'setStatus', sha: 'abc', context: 'ci', state: 'success', description: 'd'.repeat(200) });

    expect(bodies()).toMatchObject([{ context: 'ci', state: 'success', description: 'd'.repeat(140) }]);
  });

  test.each<[string, HostEffect, string, number, string]>([
    ['a comment that is gone', { kind: 'deleteComment', id: 5 }, `DELETE ${repo}/issues/comments/5`, 404, 'Not Found'],
    [
      'a branch',
      { kind: 'deleteBranch', branch: 'x/y' },
      `DELETE ${repo}/git/refs/heads/x/y`,
      422,
      'Reference does not exist',
    ],
  ])('deleting %s is done already', async (_name, effect, route, status, message) => {
    api.answers[route] = { status, body: { message } };

    expect(await apply(effect)).toBeUndefined();
    expect(api.asked).toHaveLength(1);
  });

  test('a state that the host refuses is an outcome, with its words', async () => {
    api.answers[`PATCH ${issue}`] = {
      status: 422,
      body: { message: 'Validation Failed', errors: [{ message: 'state cannot be changed' }] },
    };

    expect(await apply({ kind: 'setState', state: 'open' })).toEqual({
      refused: [],
      reason: 'Validation Failed; state cannot be changed',
    });
  });
});

describe('limits', () => {
  test.each<[string, { status: number; headers?: Record<string, string>; body?: unknown }, number]>([
    [
      '57. 403 with retry-after',
      { status: 403, headers: { 'retry-after': '1800' }, body: { message: 'x' } },
      1_800_000,
    ],
    ['429 with retry-after', { status: 429, headers: { 'retry-after': '5' }, body: { message: 'x' } }, 5000],
    [
      'a secondary limit without a time',
      { status: 403, body: { message: 'You have exceeded a secondary rate limit' } },
      60_000,
    ],
    [
      'the primary limit',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000100' },
        body: { message: 'API rate limit exceeded' },
      },
      101_000,
    ],
  ])('%s ends all calls of the account until then', async (_name, answer, nextRetryDelay) => {
    api.answers[`GET ${issue}/labels`] = answer;
    await expect(host.reads(name).labels()).rejects.toMatchObject({ type: 'HostRateLimited', nextRetryDelay });

    await expect(host.branchHead(name, 'main')).rejects.toMatchObject({ type: 'HostRateLimited', nextRetryDelay });
    expect(api.asked).toHaveLength(1);
    now += nextRetryDelay;
    expect(await host.branchHead(name, 'main')).toBeUndefined();
  });

  test('58. a limit of the graph comes with status 200, and ends all calls as well', async () => {
    api.answers['POST /graphql'] = {
      body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
      headers: { 'retry-after': '60' },
    };
    const limited = { type: 'HostRateLimited', nextRetryDelay: 60_000 };

    await expect(host.reads(name).isBusy('a')).rejects.toMatchObject(limited);
    await expect(host.branchHead(name, 'main')).rejects.toMatchObject(limited);
  });

  test('the last request of a window ends it', async () => {
    api.answers[`GET ${issue}/labels`] = {
      body: [],
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000010', 'x-ratelimit-resource': 'core' },
    };
    expect(await host.reads(name).labels()).toEqual([]);

    await expect(host.reads(name).repoLabels([])).rejects.toMatchObject({
      type: 'HostRateLimited',
      nextRetryDelay: 11_000,
    });
  });

  test('what notifies people is spread; reads and other changes go on', async () => {
    host = hostWith({ limits: { writesPerMinute: 2, writesPerHour: 100 } });
    api.answers[`POST ${issue}/comments`] = { status: 201, body: {} };
    api.answers[`POST ${issue}/labels`] = { body: [] };
    api.answers[`GET ${issue}/labels`] = { body: [] };
    const comment = async () => host.apply(name, { kind: 'comment', body: 'hi' }, 'k', { firstAttempt: true });
    await comment();
    now += 10_000;
    await comment();

    await expect(comment()).rejects.toMatchObject({ type: 'HostRateLimited', nextRetryDelay: 50_000 });
    expect(await host.reads(name).labels()).toEqual([]);
    await host.apply(name, { kind: 'addLabel', label: 'x' }, 'k');
    now += 50_000;
    await comment();
  });

  test('a proxy that refuses one request does not end the others', async () => {
    api.answers[`POST ${issue}/labels`] = {
      status: 429,
      headers: { 'retry-after': '31', 'x-bowsprit-wait': '30500' },
      body: { message: 'secondary rate limit' },
    };
    api.answers[`GET ${issue}/labels`] = { body: [] };

    await expect(host.apply(name, { kind: 'addLabel', label: 'x' }, 'k')).rejects.toMatchObject({
      type: 'HostRateLimited',
      nextRetryDelay: 30_500,
    });
    expect(await host.reads(name).labels()).toEqual([]);
  });

  test('the last requests of a window are not asked for all at once', async () => {
    const headers = { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '1800003600' };
    api.answers[`GET ${issue}/labels`] = { body: [], headers };
    api.answers[`GET ${repo}/labels`] = { body: [], headers };
    await host.reads(name).labels();

    const [one, other] = await Promise.allSettled([host.reads(name).labels(), host.reads(name).repoLabels([])]);

    expect(one.status).toBe('fulfilled');
    expect(other).toMatchObject({ reason: { type: 'HostRateLimited', nextRetryDelay: 250 } });
  });
});

test.each<[string, object, string]>([
  ['401', { status: 401, body: { message: 'Bad credentials' } }, 'HostAuth'],
  ['403 for a suspended App', { status: 403, body: { message: 'This installation has been suspended' } }, 'HostAuth'],
  ['403', { status: 403, body: { message: 'Resource not accessible' } }, 'HostForbidden'],
  ['422', { status: 422, body: { message: 'Validation Failed' } }, 'HostValidation'],
  ['500', { status: 500, body: { message: 'oops' } }, 'HostUnavailable'],
  [
    'a body that is no JSON',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' },
    'HostUnavailable',
  ],
])('%s is told by its type, and never with the token', async (_name, answer, type) => {
  api.answers[`GET ${repo}/labels`] = answer;

  const error = await host
    .reads(name)
    .repoLabels([])
    .catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ type });
  expect(JSON.stringify(error) + String(error)).not.toContain('the-token');
});

test('a host that does not answer is unavailable', async () => {
  await api.close();

  await expect(host.bot()).rejects.toMatchObject({ type: 'HostUnavailable' });
  api = await createFakeGitHubApi();
});

test('as an App it acts as its installation of the organisation', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  host = hostWith({ auth: { appId: '12', privateKey: () => pem }, now: Date.now });
  api.answers['GET /app'] = { body: { slug: 'robot' } };
  api.answers['GET /orgs/acme/installation'] = { body: { id: 99 } };
  api.answers['POST /app/installations/99/access_tokens'] = {
    status: 201,
    body: { token: 'ghs_installation', expires_at: new Date(Date.now() + 3_600_000).toISOString(), permissions: {} },
  };
  api.answers[`GET ${issue}/labels`] = { body: [] };
  api.answers[`GET ${repo}/labels`] = { body: [] };

  expect(await host.bot()).toEqual({ login: 'robot', isApp: true });
  await host.reads(name).labels();
  await host.reads(name).repoLabels([]);

  expect(api.asked.map((one) => one.split('?')[0])).toEqual([
    'GET /app',
    'GET /orgs/acme/installation',
    'POST /app/installations/99/access_tokens',
    `GET ${issue}/labels`,
    `GET ${repo}/labels`,
  ]);
  expect(String(api.requests[0]?.headers['authorization'])).toMatch(/^bearer ey/i);
  const accounts = api.requests.map(({ headers }) => headers['x-prow-ghcache-token-budget-identifier']);
  expect(accounts).toEqual(['app 12', 'app 12', 'installation 99', 'installation 99', 'installation 99']);
  expect(api.requests[4]?.headers['authorization']).toBe('token ghs_installation');

  const { url, authorization = '' } = await host.gitAccess(name);
  expect(url).toBe(`${api.url}/acme/app.git`);
  expect(credentialsIn(authorization)).toBe('x-access-token:ghs_installation');
  expect(api.asked).toHaveLength(5);
});

const credentialsIn = (header: string) => Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();

describe('git', () => {
  test('the token of now is the password', async () => {
    let token = 'one';
    host = hostWith({ auth: { token: () => token } });
    token = 'two';

    const { url, authorization = '' } = await host.gitAccess(name);

    expect(url).toBe(`${api.url}/acme/app.git`);
    expect(credentialsIn(authorization)).toBe('x-access-token:two');
    expect(api.asked).toEqual([]);
  });

  test('without a token, nothing is shown', async () => {
    host = hostWith({ auth: { token: () => '' } });

    expect(await host.gitAccess(name)).toEqual({ url: `${api.url}/acme/app.git` });
  });

  test('repositories are beside the API, and their names are no paths', async () => {
    host = hostWith({ baseUrl: 'https://ghe.example/api/v3' });

    expect((await host.gitAccess({ org: 'a c', repo: '../x' })).url).toBe('https://ghe.example/a%20c/..%2Fx.git');
  });

  test('behind a cache of the API, git goes where it is told to', async () => {
    host = hostWith({ baseUrl: 'http://cache', gitUrl: 'https://github.com/' });

    expect((await host.gitAccess(name)).url).toBe('https://github.com/acme/app.git');
  });

  test('an App that is not installed has no access', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    host = hostWith({ auth: { appId: '12', privateKey: () => pem }, now: Date.now });

    await expect(host.gitAccess(name)).rejects.toMatchObject({ type: 'HostNotFound' });
  });
});

test('an Enterprise Server is asked below its path', async () => {
  host = hostWith({ baseUrl: `${api.url}/api/v3` });
  api.answers['GET /api/v3/user'] = { body: { login: 'bot' } };
  api.answers['POST /api/graphql'] = { body: { data: { user: null } } };

  expect(await host.bot()).toEqual({ login: 'bot', isApp: false });
  expect(await host.reads(name).isBusy('x')).toBe(false);
});
