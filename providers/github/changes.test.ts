import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CodeHost } from '../../domain/review/host.ts';
import { createFakeGitHubApi, type FakeGitHubApi } from '../../test/fakes/github-api.ts';
import { createGitHubHost } from './create-github-host.ts';

const repo = { org: 'acme', repo: 'app' };
const head = { repo: { org: 'bot', repo: 'app' }, branch: 'pick' };
const path = '/repos/acme/app';

let api: FakeGitHubApi;
let host: CodeHost;

beforeEach(async () => {
  api = await createFakeGitHubApi();
  host = createGitHubHost({ name: 'github', baseUrl: api.url, auth: { token: () => 'the-token' } });
  api.answers['GET /user'] = { body: { login: 'bot' } };
});
afterEach(async () => {
  await api.close();
});

describe('the fork', () => {
  const fork = (name: string, parent?: string) => ({
    body: { name, owner: { login: 'bot' }, ...(parent && { parent: { full_name: parent } }) },
  });

  test('that there is', async () => {
    api.answers['GET /repos/bot/app'] = fork('app', 'Acme/App');

    expect(await host.forkOf(repo)).toEqual({ org: 'bot', repo: 'app' });
    expect(api.asked.some((one) => one.startsWith('POST'))).toBe(false);
  });

  test.each([
    ['there is none', { status: 404, body: { message: 'Not Found' } }],
    ['another repository has its name', fork('app')],
    ['a fork of another has its name', fork('app', 'other/app')],
  ])('is made where %s', async (_name, there) => {
    api.answers['GET /repos/bot/app'] = there;
    api.answers[`POST ${path}/forks`] = { ...fork('app-1', 'acme/app'), status: 202 };

    expect(await host.forkOf(repo)).toEqual({ org: 'bot', repo: 'app-1' });
  });

  test('is the repository itself where forks are forbidden, or it is ours', async () => {
    api.answers[`POST ${path}/forks`] = { status: 403, body: { message: 'Forking is disabled.' } };

    expect(await host.forkOf(repo)).toEqual(repo);
    expect(await host.forkOf({ org: 'Bot', repo: 'tools' })).toEqual({ org: 'Bot', repo: 'tools' });
  });

  test('of a repository that is not there is a failure', async () => {
    await expect(host.forkOf(repo)).rejects.toMatchObject({ type: 'HostNotFound' });
  });
});

describe('a change', () => {
  const pull = (ref: string, base: string, number = 5) => ({ number, body: null, head: { ref }, base: { ref: base } });

  test('is found by its branches, also by hosts that do not filter', async () => {
    api.answers[`GET ${path}/pulls`] = { body: [pull('other', 'r1', 3), pull('pick', 'r2', 4), pull('pick', 'r1')] };

    expect(await host.changeFrom(repo, head, 'r1')).toEqual({ number: 5, body: '' });
    expect(await host.changeFrom(repo, head, 'r3')).toBeUndefined();
    const query = new URL(api.requests[0]?.url ?? '', api.url).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({ state: 'open', head: 'bot:pick', base: 'r1' });
  });

  const change = { title: 'T', body: 'B', base: 'r1', head };

  test('is opened with a marker, and its branch may be changed by who maintains the target', async () => {
    api.answers[`POST ${path}/pulls`] = { status: 201, body: { ...pull('pick', 'r1'), body: 'B' } };

    expect(await host.openChange(repo, change, 'd1/x')).toEqual({ number: 5, body: 'B' });
    expect(api.requests.at(-1)?.body).toEqual({
      title: 'T',
      body: 'B\n<!-- bowsprit:d1/x -->',
      base: 'r1',
      head: 'bot:pick',
      maintainer_can_modify: true,
    });
  });

  test('within one repository leaves that out', async () => {
    api.answers[`POST ${path}/pulls`] = { status: 201, body: pull('pick', 'r1') };

    await host.openChange(repo, { ...change, head: { repo, branch: 'pick' } }, 'd1/x');

    expect(api.requests.at(-1)?.body).not.toHaveProperty('maintainer_can_modify');
  });

  test('that was opened meanwhile is the answer', async () => {
    const message = 'A pull request already exists for bot:pick.';
    api.answers[`POST ${path}/pulls`] = { status: 422, body: { message: 'Validation Failed', errors: [{ message }] } };
    api.answers[`GET ${path}/pulls`] = { body: [pull('pick', 'r1')] };

    expect(await host.openChange(repo, change, 'd1/x')).toEqual({ number: 5, body: '' });
  });

  test('that the host does not take is a refusal with its words', async () => {
    const message = 'No commits between r1 and pick';
    api.answers[`POST ${path}/pulls`] = { status: 422, body: { message: 'Validation Failed', errors: [{ message }] } };
    api.answers[`GET ${path}/pulls`] = { body: [] };

    expect(await host.openChange(repo, change, 'd1/x')).toEqual({
      refused: [],
      reason: 'Validation Failed; No commits between r1 and pick',
    });
  });

  test('and a host that is away is a failure', async () => {
    api.answers[`POST ${path}/pulls`] = { status: 502 };

    await expect(host.openChange(repo, change, 'd1/x')).rejects.toMatchObject({ type: 'HostUnavailable' });
  });
});
