/** Effects through the real client on a host that misbehaves in every way that GitHub does: each is there once in the end. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { HostEffect } from '../domain/review/host.ts';
import type { FaultWish } from '../forge/server/faults.ts';
import { openTestPull, testWorld, type TestWorld } from '../forge/test-world.ts';
import { createGitHubHost } from '../providers/github/create-github-host.ts';
import { createApplyActivities, type AppliedEffect, type ApplyRequest } from './apply-effects.ts';

let world: TestWorld;
let number: number;
let count = 0;

beforeAll(async () => {
  world = await testWorld();
});
afterAll(async () => {
  await world.end();
});
beforeEach(async () => {
  world.forge.faults.clear();
  count += 1;
  ({ number } = (await openTestPull(world, `topic-${count}`)) as { number: number });
});

const issue = () => `/repos/acme/site/issues/${number}`;
const ask = async (method: string, path: string, body?: unknown) =>
  await world.ask(method, path, { as: 'owner', body });

interface Ending {
  applied: AppliedEffect[];
  /** Why attempts failed, in order. */
  failed: unknown[];
}

/**
 * Attempts until the host has answered, as Temporal makes them: each knows what the one before it has told last. `whileWaiting` is
 * called instead of waiting for a host that may be behind.
 */
async function apply(
  effects: readonly HostEffect[],
  { firstTry = true, whileWaiting = () => undefined }: { firstTry?: boolean; whileWaiting?: () => void } = {},
): Promise<Ending> {
  const keyed = effects.map((effect, index) => ({ key: `d${count}/p/${index}`, plugin: 'p', effect }));
  const request = { host: 'forge', item: { org: 'acme', repo: 'site', number }, effects: keyed, firstTry };
  // One for each attempt: a limit is remembered by the process that met it.
  const activities = () =>
    createApplyActivities({
      host: () =>
        createGitHubHost({
          name: 'forge',
          baseUrl: world.forge.api,
          auth: { token: () => world.tokens['owner'] ?? '' },
          sleep: async () => whileWaiting(),
        }),
    });
  const failed: unknown[] = [];
  let heartbeatDetails: unknown;
  for (;;) {
    const environment = new MockActivityEnvironment({ attempt: failed.length + 1, heartbeatDetails });
    environment.on('heartbeat', (details: unknown) => (heartbeatDetails = structuredClone(details)));
    try {
      const { applyEffects } = activities();
      const applied = await environment.run<[ApplyRequest], AppliedEffect[], typeof applyEffects>(
        applyEffects,
        request,
      );
      return { applied, failed };
    } catch (error) {
      failed.push(error);
      if (failed.length > 4) throw error;
    }
  }
}

const comments = async () => (await ask('GET', `${issue()}/comments`)).body as { body: string }[];
const labels = async () => ((await ask('GET', `${issue()}/labels`)).body as { name: string }[]).map(({ name }) => name);
const labelEvents = async () =>
  ((await ask('GET', `${issue()}/events`)).body as { event: string; label?: { name: string } }[]).flatMap(
    ({ event, label }) => (label ? [`${event} ${label.name}`] : []),
  );

const effects: HostEffect[] = [
  { kind: 'addLabel', label: 'one' },
  { kind: 'comment', body: 'First.' },
  { kind: 'removeLabel', label: 'old' },
  { kind: 'comment', body: 'Second.' },
  { kind: 'addLabel', label: 'two' },
];
const operations = ['issues/add-labels', 'issues/create-comment', 'issues/remove-label'];

describe('once, whatever the host answers', () => {
  test.each<[string, Omit<FaultWish, 'operation'>, string]>([
    ['500', { kind: 'status', status: 500 }, 'HostUnavailable'],
    ['502', { kind: 'status', status: 502 }, 'HostUnavailable'],
    ['503', { kind: 'status', status: 503 }, 'HostUnavailable'],
    ['403 with the secondary limit', { kind: 'secondary-limit', retryAfter: 1 }, 'HostRateLimited'],
    ['429', { kind: 'status', status: 429, retryAfter: 1 }, 'HostRateLimited'],
    ['nothing, and does nothing', { kind: 'refuse' }, 'HostUnavailable'],
    ['nothing, and has done it', { kind: 'drop' }, 'HostUnavailable'],
  ])('%s', async (_name, fault, type) => {
    await ask('POST', `${issue()}/labels`, { labels: ['old'] });
    for (const operation of operations) world.forge.faults.add({ ...fault, operation });

    const { applied, failed } = await apply(effects);

    expect(applied.map(({ outcome }) => outcome)).toEqual(effects.map(() => 'done'));
    expect(failed).toMatchObject(operations.map(() => ({ type, nonRetryable: false })));
    expect((await comments()).map(({ body }) => body.split('\n')[0])).toEqual(['First.', 'Second.']);
    expect(await labels()).toEqual(['one', 'two']);
    expect(await labelEvents()).toEqual(['labeled old', 'labeled one', 'unlabeled old', 'labeled two']);
  });

  test('nothing, has done it, and does not show it at once', async () => {
    world.forge.faults.add({ operation: 'issues/create-comment', kind: 'drop' });
    // Not the look of the first attempt: what that has seen is what the second one sees.
    world.forge.faults.add({ operation: 'issues/list-comments', kind: 'stale', skip: 1, times: 10 });
    const stale: number[] = [];

    const { applied, failed } = await apply(effects, {
      firstTry: false,
      whileWaiting() {
        stale.push(...world.forge.faults.list().flatMap(({ kind, left }) => (kind === 'stale' ? [left] : [])));
        world.forge.faults.clear();
      },
    });

    expect(failed).toHaveLength(1);
    expect(applied.map(({ outcome }) => outcome)).toEqual(effects.map(() => 'done'));
    expect((await comments()).map(({ body }) => body.split('\n')[0])).toEqual(['First.', 'Second.']);
    // It was asked once before the wait for the first comment; before that for the second one it was up to date.
    expect(stale).toEqual([9]);
  });

  test.each<[string, Omit<FaultWish, 'operation'>]>([
    ['404', { kind: 'status', status: 404 }],
    ['422', { kind: 'status', status: 422 }],
    ['403 without a limit', { kind: 'status', status: 403 }],
    ['410', { kind: 'status', status: 410 }],
  ])('%s is an outcome, and does not hold up the next effect', async (_name, fault) => {
    world.forge.faults.add({ ...fault, operation: 'issues/create-comment' });

    const { applied, failed } = await apply(effects);

    expect(failed).toEqual([]);
    expect(applied.map(({ outcome }) => outcome)).toEqual(['done', 'refused', 'done', 'done', 'done']);
    expect(applied[1]?.reason).toContain(`Fault on request: ${fault.status}`);
    expect(await comments()).toMatchObject([{ body: expect.stringMatching(/^Second\./) }]);
    expect(await labels()).toEqual(['one', 'two']);
  });
});
