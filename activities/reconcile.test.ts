/** What no webhook has told, found on the forge: actors that know less than the host, and are told the rest. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { KnownChange } from '../clients/temporal/actor-knowledge.ts';
import { parsePlugins } from '../config/load-plugins.ts';
import type { ActorTarget } from '../domain/review/actor-target.ts';
import { loadEnvelope, type ChangeEventEnvelope } from '../domain/review/envelope.ts';
import { briefOf } from '../domain/review/event-brief.ts';
import type { CodeHost } from '../domain/review/host.ts';
import type { RepoMarks } from '../domain/review/missed-events.ts';
import type { ReconciledChanges, ReconcileRequest } from '../domain/review/reconcile-pass.ts';
import { openTestPull, testWorld, type TestWorld } from '../forge/test-world.ts';
import { createGitHubHost } from '../providers/github/create-github-host.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createReconcileActivities, type ReconcileDeps } from './reconcile.ts';

const minute = 60_000;
const hour = 60 * minute;
const withExternal = 'plugins: {acme: {plugins: [size]}}\nexternal_plugins: {acme: [{name: x}]}';
const marksKey = 'bucket/webhooks/reconcile/forge/acme/site.json';

let world: TestWorld;
let blobs: MemoryBlobs;
/** By number, as far as they were told anything; what they were told by events is remembered as actors do. */
let actors: Map<number, KnownChange>;
let asked: number[];
let told: { target: ActorTarget; envelope: ChangeEventEnvelope }[];
/** While set, actors cannot be reached. */
let refusal: Error | undefined;

beforeEach(async () => {
  world = await testWorld();
  blobs = createMemoryBlobs();
  actors = new Map();
  asked = [];
  told = [];
  refusal = undefined;
});

afterEach(async () => {
  await world.end();
});

function forge(login = 'owner'): CodeHost {
  const token = () => world.tokens[login] ?? '';
  return createGitHubHost({ name: 'forge', baseUrl: world.forge.api, auth: { token } });
}

/** One pass, an hour from now by default, so that nothing is too young. */
async function reconcile(
  part: Partial<ReconcileRequest> = {},
  deps: Partial<ReconcileDeps> = {},
  plugins = 'plugins: {acme: {plugins: [size]}}',
): Promise<ReconciledChanges> {
  const host = forge();
  const config = parsePlugins('plugins.yaml', plugins);
  const { reconcileChanges } = createReconcileActivities({
    host: () => host,
    plugins: () => config,
    actors: {
      async of({ number }) {
        asked.push(number);
        if (refusal) throw refusal;
        return actors.get(number);
      },
    },
    signals: {
      async changeEventsReceived(target, envelopes) {
        for (const envelope of envelopes) {
          told.push({ target, envelope });
          const { brings } = briefOf(await loadEnvelope(blobs, envelope));
          const number = target.kind === 'change' ? target.number : 0;
          const before = actors.get(number);
          actors.set(number, { told: { ...before?.told, ...brings }, waiting: 0 });
        }
      },
    },
    blobs,
    folder: 'bucket/webhooks',
    logger: createLogger({ component: 'test', level: 'silent' }),
    ...deps,
  });
  const request: ReconcileRequest = { host: 'forge', nowMs: Date.now() + hour, graceMs: 15 * minute, ...part };
  asked = [];
  told = [];
  const environment = new MockActivityEnvironment();
  return await environment.run<[ReconcileRequest], ReconciledChanges, typeof reconcileChanges>(
    reconcileChanges,
    request,
  );
}

const push = async (branch: string, text = 'more') =>
  await world.forge.admin.commit({
    repo: 'acme/site',
    branch,
    files: { [`${branch}-${text}.txt`]: `${text}\n` },
    message: text,
    author: 'owner',
  });
const patch = async (number: number, body: object) =>
  await world.ask('PATCH', `/repos/acme/site/pulls/${number}`, { as: 'owner', body });
const actions = () =>
  told.map(({ target, envelope }) => [target.kind === 'change' && target.number, envelope.source.action]);

describe('a first look', () => {
  test('takes what is there as it is', async () => {
    await openTestPull(world, 'old');

    expect(await reconcile()).toEqual({ repos: 1, changes: 1, told: {}, young: [], failed: [] });
    expect(told).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('56. a change that is as it was', () => {
  test('costs nobody a question, whatever people have said to it', async () => {
    const { number } = await openTestPull(world, 'quiet');
    await reconcile();
    await world.ask('POST', `/repos/acme/site/issues/${number}/comments`, { as: 'dev', body: { body: 'hello' } });

    expect(await reconcile()).toMatchObject({ changes: 1, told: {} });
    expect(asked).toEqual([]);
    expect(told).toEqual([]);
  });

  test('is left alone where its webhook came: the actor knows, and is told nothing', async () => {
    await reconcile();
    const { number, head } = await openTestPull(world, 'told');
    actors.set(number, { told: { state: 'open', headSha: head.sha, baseRef: 'main', draft: false }, waiting: 0 });

    expect(await reconcile()).toMatchObject({ changes: 1, told: {} });
    expect(asked).toEqual([number]);
    expect(told).toEqual([]);

    await reconcile();
    expect(asked).toEqual([]);
  });
});

describe('56. what was missed is told as the webhook would have told it', () => {
  test('opened: with the description as a text of its author', async () => {
    await reconcile({ nowMs: Date.now() });
    const { number, head } = await openTestPull(world, 'lost', 'owner', { body: '/hold' });

    expect(await reconcile({}, {}, withExternal)).toMatchObject({ told: { opened: 1 } });

    expect(actions()).toEqual([[number, 'opened']]);
    const [{ target, envelope }] = told as [(typeof told)[number]];
    expect(target).toEqual({ kind: 'change', host: 'forge', org: 'acme', repo: 'site', number });
    expect(envelope).toMatchObject({ host: 'forge', source: { event: 'pull_request', action: 'opened' } });
    expect(envelope.id).toBe(`forge:${envelope.delivery}`);
    expect(envelope.delivery).toMatch(/^reconcile-[a-z0-9]{8}-1-opened-\d{14}$/);
    const whole = await loadEnvelope(blobs, envelope);
    expect(whole.events).toMatchObject([
      { kind: 'pull', action: 'opened', sender: 'owner' },
      { kind: 'comment', action: 'created', body: '/hold', where: 'description' },
    ]);
    expect(whole.item?.pull?.head.sha).toBe(head.sha);
    // External plugins get theirs: the bytes are there, to be signed when they are passed on.
    const bytes = await blobs.get(envelope.payload?.key ?? '');
    expect(JSON.parse(String(bytes))).toMatchObject({
      action: 'opened',
      number,
      repository: { full_name: 'acme/site' },
    });
    expect(envelope.payload?.headers).toEqual({
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': envelope.delivery,
    });
  });

  test('a push: by its new head, once', async () => {
    const { number, head } = await openTestPull(world, 'moved');
    await reconcile();
    const sha = await push('moved');

    expect(await reconcile({}, {}, withExternal)).toMatchObject({ told: { synchronize: 1 } });

    expect(actions()).toEqual([[number, 'synchronize']]);
    expect(told[0]?.envelope.delivery).toMatch(new RegExp(`^reconcile-[a-z0-9]{8}-${number}-synchronize-${sha}$`));
    const payload = JSON.parse(String(await blobs.get(told[0]?.envelope.payload?.key ?? ''))) as object;
    expect(payload).toMatchObject({ before: head.sha, after: sha });
    expect(await reconcile()).toMatchObject({ told: {} });
  });

  test('closed, merged, open again, another base, a draft, ready', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await openTestPull(world, name, 'owner', { draft: name === 'f' });
    await patch(3, { state: 'closed' });
    await push('next');
    await reconcile();

    await patch(1, { state: 'closed' });
    await world.ask('PUT', '/repos/acme/site/pulls/2/merge', { as: 'owner', body: {} });
    await patch(3, { state: 'open' });
    await patch(4, { base: 'next' });
    const draft = async (number: number, wanted: boolean) => {
      const { body } = await world.ask('GET', `/repos/acme/site/pulls/${number}`, { as: 'owner' });
      const name = wanted ? 'convertPullRequestToDraft' : 'markPullRequestReadyForReview';
      const query = `mutation ($id: ID!) { ${name}(input: { pullRequestId: $id }) { clientMutationId } }`;
      const answer = await fetch(`${world.forge.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.tokens['owner']}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { id: body.node_id as string } }),
      });
      expect(await answer.json()).not.toHaveProperty('errors');
    };
    await draft(5, true);
    await draft(6, false);
    await reconcile();

    expect(actions()).toEqual([
      [1, 'closed'],
      [2, 'closed'],
      [3, 'reopened'],
      [4, 'edited'],
      [5, 'converted_to_draft'],
      [6, 'ready_for_review'],
    ]);
    const merged = await loadEnvelope(blobs, told[1]?.envelope as ChangeEventEnvelope);
    expect(merged.item).toMatchObject({ state: 'closed', pull: { merged: true } });
    const edited = await loadEnvelope(blobs, told[3]?.envelope as ChangeEventEnvelope);
    expect(edited.events[0]).toMatchObject({ action: 'edited', changes: { baseRef: 'main' } });
    expect(await reconcile()).toMatchObject({ told: {} });
  });

  test('a change that closed while its actor was told: nothing', async () => {
    const { number } = await openTestPull(world, 'done');
    await reconcile();
    await patch(number, { state: 'closed' });
    actors.set(number, { told: { state: 'closed' }, waiting: 0 });

    expect(await reconcile()).toMatchObject({ told: {} });
    await reconcile();
    expect(asked).toEqual([]);
  });
});

describe('what is on its way is not missed', () => {
  test('a change that moved a moment ago is left to the next look, and opened stays opened', async () => {
    await reconcile({ nowMs: Date.now() });
    const { number } = await openTestPull(world, 'young');

    expect(await reconcile({ nowMs: Date.now() + 14 * minute })).toMatchObject({ told: {}, young: ['acme/site'] });
    expect(await reconcile({ nowMs: Date.now() + 26 * hour })).toMatchObject({ told: { opened: 1 }, young: [] });
    expect(actions()).toEqual([[number, 'opened']]);
  });

  test('an actor that has events before it is left to handle them', async () => {
    const { number } = await openTestPull(world, 'busy');
    await reconcile();
    await push('busy');
    actors.set(number, { told: {}, waiting: 1 });

    expect(await reconcile()).toMatchObject({ told: {}, young: ['acme/site'] });
    actors.set(number, { told: {}, waiting: 0 });
    expect(await reconcile()).toMatchObject({ told: { synchronize: 1 }, young: [] });
  });

  test('a change that moves while it is looked at', async () => {
    const { number } = await openTestPull(world, 'moving');
    await reconcile();
    await push('moving');
    const host = forge();
    const moving: CodeHost = {
      ...host,
      async lateWebhook(name, missed) {
        await push('moving', `again-${asked.length}`);
        return await host.lateWebhook?.(name, missed);
      },
    };

    expect(await reconcile({}, { host: () => moving })).toMatchObject({ told: {}, young: ['acme/site'] });
    expect(await reconcile()).toMatchObject({ told: { synchronize: 1 } });
    expect(actions()).toEqual([[number, 'synchronize']]);
  });

  test('a change whose actor does not answer is looked at again, the others are told', async () => {
    await openTestPull(world, 'one');
    await reconcile();
    await push('one');
    refusal = new Error('Temporal is away');

    expect(await reconcile()).toMatchObject({ repos: 1, told: {}, failed: [] });
    refusal = undefined;
    expect(await reconcile()).toMatchObject({ told: { synchronize: 1 } });
  });
});

describe('repositories', () => {
  test('are those in which plugins are on, each once; a look at some is at those alone', async () => {
    await world.forge.admin.createRepo('acme', { name: 'other', autoInit: true }, 'owner');
    await world.forge.admin.createRepo('acme', { name: 'left-out', autoInit: true }, 'owner');
    const plugins =
      'plugins: {acme: {plugins: [size], excluded_repos: [left-out]}, acme/site: {plugins: [wip]}}\n' +
      'external_plugins: {acme/site: [{name: x}]}';

    expect(await reconcile({}, {}, plugins)).toMatchObject({ repos: 2 });
    expect(await blobs.get(marksKey.replace('site', 'other'))).toBeDefined();
    expect(await blobs.get(marksKey.replace('site', 'left-out'))).toBeUndefined();
    expect(await reconcile({ repos: ['acme/other'] }, {}, plugins)).toMatchObject({ repos: 1 });
  });

  test('where only external plugins are on are compared for them', async () => {
    expect(await reconcile({}, {}, 'external_plugins: {acme: [{name: x, events: [pull_request]}]}')).toMatchObject({
      repos: 1,
    });
    expect(await reconcile({}, {}, 'external_plugins: {acme: [{name: x, events: [push]}]}')).toMatchObject({
      repos: 0,
    });
  });

  test('that are not there, or not ours, do not hold up the others', async () => {
    const { number } = await openTestPull(world, 'seen');
    await reconcile();
    await push('seen');

    const found = await reconcile(
      {},
      {},
      'plugins: {nobody: {plugins: [size]}, acme/gone: {plugins: [wip]}, acme: {plugins: [size]}}',
    );

    expect(found).toMatchObject({ repos: 1, told: { synchronize: 1 } });
    expect(found.failed.map(({ repo }) => repo)).toEqual(['nobody', 'acme/gone']);
    expect(actions()).toEqual([[number, 'synchronize']]);
  });

  test('whose list cannot be had keep their marks', async () => {
    await openTestPull(world, 'kept');
    await reconcile();
    await push('kept');
    world.forge.faults.add({ operation: 'pulls/list', kind: 'status', status: 502 });

    expect(await reconcile()).toMatchObject({ repos: 0, failed: [{ repo: 'acme/site' }] });
    expect(await reconcile()).toMatchObject({ repos: 1, told: { synchronize: 1 } });
  });

  test('a host that is away or limited fails the look, which may be tried again', async () => {
    for (const name of ['r1', 'r2', 'r3'])
      await world.forge.admin.createRepo('acme', { name, autoInit: true }, 'owner');
    world.forge.faults.add({ operation: 'pulls/list', kind: 'status', status: 502, times: 3 });
    await expect(reconcile()).rejects.toMatchObject({ type: 'HostUnavailable', nonRetryable: false });

    world.forge.faults.add({ operation: 'pulls/list', kind: 'secondary-limit', retryAfter: 90 });
    await expect(reconcile()).rejects.toMatchObject({ type: 'HostRateLimited', nextRetryDelay: 90_000 });
  });
});

test('marks are written when something has changed, and once a day, before a sweep of old events takes them away', async () => {
  await openTestPull(world, 'kept');
  const at = async () => (JSON.parse(String(await blobs.get(marksKey))) as RepoMarks).at;
  const nowMs = Date.now() + hour;
  await reconcile({ nowMs });
  const first = await at();

  await reconcile({ nowMs: nowMs + 23 * hour });
  expect(await at()).toBe(first);
  await reconcile({ nowMs: nowMs + 25 * hour });
  expect(await at()).toBe(new Date(nowMs + 25 * hour).toISOString());
});
