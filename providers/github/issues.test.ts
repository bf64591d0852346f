/** Issues that we open, on a host that keeps them: the forge. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { markerOf } from '../../domain/review/marker.ts';
import { testWorld, type Any, type TestWorld } from '../../forge/test-world.ts';
import { createFakeGitHubApi } from '../../test/fakes/github-api.ts';
import { createGitHubHost } from './create-github-host.ts';

let world: TestWorld;
let name: string;
let made = 0;

beforeAll(async () => {
  world = await testWorld();
});
beforeEach(async () => {
  world.forge.faults.clear();
  name = `issues-${(made += 1)}`;
  await world.forge.admin.createRepo('acme', { name }, 'owner');
});
afterAll(async () => {
  await world.end();
});

const hostOf = (login: string) =>
  createGitHubHost({ name: 'forge', baseUrl: world.forge.api, auth: { token: () => world.tokens[login] ?? '' } });
const issue = { title: 'T', body: 'B', since: Date.now() };
const open = async (key: string, host = hostOf('dev')) => await host.openIssue({ org: 'acme', repo: name }, issue, key);
const issues = async (): Promise<Any[]> =>
  (await world.ask('GET', `/repos/acme/${name}/issues?state=all&direction=asc`, { as: 'owner' })).body;

describe('an issue', () => {
  test('is opened with a marker', async () => {
    expect(await open('d1/x')).toEqual({ number: 1 });
    expect(await issues()).toMatchObject([
      { title: 'T', body: `B\n${markerOf('d1/x')}`, user: { login: 'dev' }, state: 'open' },
    ]);
  });

  test('is opened once for each key, also when people have closed it', async () => {
    await open('d1/x');
    await world.ask('PATCH', `/repos/acme/${name}/issues/1`, { as: 'owner', body: { state: 'closed' } });

    expect(await open('d1/x')).toEqual({ number: 1 });
    expect(await open('d2/x')).toEqual({ number: 2 });
    expect(await issues()).toHaveLength(2);
  });

  test('is found after its answer was lost, and behind a page of others', async () => {
    world.forge.faults.add({ operation: 'issues/create', kind: 'drop' });

    await expect(open('d1/x')).rejects.toMatchObject({ type: 'HostUnavailable' });
    for (let more = 0; more < 100; more += 1) {
      await world.ask('POST', `/repos/acme/${name}/issues`, { as: 'dev', body: { title: `Other ${more}` } });
    }

    expect(await open('d1/x')).toEqual({ number: 1 });
    expect(await open('d2/x')).toEqual({ number: 102 });
  });

  test('with our marker by somebody else is not ours', async () => {
    await open('d1/x', hostOf('owner'));

    expect(await open('d1/x')).toEqual({ number: 2 });
  });

  test('of an App is found under the name of its bot', async () => {
    const { id, privateKey } = world.forge.admin.createApp({ slug: 'opener', owner: 'acme' });
    await world.forge.admin.installApp(id, 'acme');
    const host = createGitHubHost({
      name: 'forge',
      baseUrl: world.forge.api,
      auth: { appId: String(id), privateKey: () => privateKey },
    });

    expect([await open('d1/x', host), await open('d1/x', host)]).toEqual([{ number: 1 }, { number: 1 }]);
    expect(await issues()).toMatchObject([{ user: { login: 'opener[bot]' } }]);
  });

  test.each([403, 404, 410, 422])('that the host answers with %i is refused with its words', async (status) => {
    world.forge.faults.add({ operation: 'issues/create', kind: 'status', status, message: 'No issues here.' });

    expect(await open('d1/x')).toEqual({ refused: [], reason: 'No issues here.' });
  });

  test('and a host that is away is a failure', async () => {
    world.forge.faults.add({ operation: 'issues/list-for-repo', kind: 'status', status: 502 });

    await expect(open('d1/x')).rejects.toMatchObject({ type: 'HostUnavailable' });
    expect(await issues()).toEqual([]);
  });
});

test('what is asked for leaves out what is older, with an hour for clocks that differ', async () => {
  const api = await createFakeGitHubApi();
  try {
    api.answers['GET /user'] = { body: { login: 'bot' } };
    api.answers['GET /repos/acme/app/issues'] = {
      body: [
        { number: 3, user: null, body: null },
        { number: 4, user: { login: 'bot' }, body: `B\n${markerOf('d1/x')}` },
      ],
    };
    const host = createGitHubHost({ name: 'github', baseUrl: api.url, auth: { token: () => 'the-token' } });
    const since = Date.parse('2026-01-02T03:00:00Z');

    expect(await host.openIssue({ org: 'acme', repo: 'app' }, { ...issue, since }, 'd1/x')).toEqual({ number: 4 });
    const query = new URL(api.requests.at(-1)?.url ?? '', api.url).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      creator: 'bot',
      state: 'all',
      since: '2026-01-02T02:00:00.000Z',
    });
  } finally {
    await api.close();
  }
});
