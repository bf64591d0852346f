import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createForge, type Forge } from './create-forge.ts';
import { connectWebhook, people, seed } from './seed.ts';

let dataDir: string;
let forge: Forge;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'forge-seed-'));
  forge = await createForge({ dataDir, holdWebhooks: true });
});
afterEach(async () => {
  await forge.close();
  await rm(dataDir, { recursive: true, force: true });
});

const webhook = { url: 'http://127.0.0.1:1/hook', secret: 'quiet' };
const hooks = () => forge.world.store.all('hooks').map(({ url, secret, active }) => ({ url, secret, active }));

test('an empty host gets a pull request that everybody can see, and its webhooks wait', async () => {
  const seeded = await seed(forge, { webhook });

  const page = await fetch(`${forge.url}/demo/hello/pull/1`);
  const { body } = await fetch(`${forge.api}/repos/demo/hello/pulls/1`).then(async (answer) => ({
    body: (await answer.json()) as { mergeable: boolean; user: { login: string } },
  }));

  expect(page.status).toBe(200);
  expect(body).toMatchObject({ mergeable: true, user: { login: 'carol' } });
  expect(seeded?.pull.number).toBe(1);
  const queued = forge.world.store.all('deliveries').filter(({ state }) => state === 'queued');
  expect(queued.map(({ event, action }) => [event, action])).toContainEqual(['pull_request', 'opened']);
});

test('people get the tokens that were chosen for them', async () => {
  const tokens = Object.fromEntries(people.map((login) => [login, `ghp_token-of-${login}`]));

  const seeded = await seed(forge, { tokens });

  expect(seeded?.tokens).toEqual(tokens);
  for (const login of people) {
    const answer = await fetch(`${forge.api}/user`, { headers: { authorization: `Bearer ${tokens[login]}` } });
    expect(await answer.json()).toMatchObject({ login });
  }
});

test('a host that has the sample is left as it is', async () => {
  await seed(forge, { webhook });

  expect(await seed(forge, { webhook: { ...webhook, url: 'http://127.0.0.1:2/hook' } })).toBeUndefined();
  expect(hooks()).toEqual([{ ...webhook, active: true }]);
});

test.each([
  ['another address', { ...webhook, url: 'http://127.0.0.1:2/hook' }, 1],
  ['another secret', { ...webhook, secret: 'quieter' }, 1],
  ['both of another', { url: 'http://127.0.0.1:2/hook', secret: 'other' }, 2],
])('the webhook of the organisation takes %s', async (_name, given, count) => {
  await seed(forge, { webhook });

  connectWebhook(forge, 'demo', given);

  expect(hooks()).toHaveLength(count);
  expect(hooks()).toContainEqual({ ...given, active: true });
});
