import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { briefOf } from '../../domain/review/event-brief.ts';
import { startedJobs, wants } from '../fakes/actor-world.ts';
import { changeJob, changeOf } from '../fixtures/change-jobs.ts';
import { envelopeOf, pushEvent, statusEvent } from '../fixtures/envelopes.ts';
import { eventually } from '../harness/eventually.ts';
import { withActor } from '../harness/live-actor.ts';
import { createTestEnvironment, type TestEnvironment } from '../harness/time-skipping.ts';

const hourMs = 3_600_000;

let env: TestEnvironment;

beforeAll(async () => {
  env = await createTestEnvironment();
}, 60_000);

afterAll(async () => {
  await env?.teardown();
});

const kind = 'repo' as const;
const payload = { key: 'b/p', bytes: 3_000, sha256: 'x', headers: {} };

test('a push is resolved and evaluated, and starts postsubmits whose statuses are written on its commit', () =>
  withActor(
    env,
    {
      resolve: ({ envelope }) => ({
        envelope,
        brief: briefOf(envelope),
        facts: { baseRef: 'main', baseSha: 'b1', read: [] },
      }),
      evaluate: (request) => wants(request, [{ kind: 'startJobs', jobs: [{ job: 'publish', type: 'postsubmit' }] }]),
      start: (request) => ({
        started: startedJobs(request).map((job) => ({ ...job, type: 'postsubmit' })),
        refused: [],
      }),
    },
    async (actor) => {
      const event = envelopeOf([pushEvent()]);
      await actor.send(event);
      await actor.handled(1);
      const [publish] = (await actor.state()).jobs;
      if (!publish) throw new Error('a job');
      await actor.tell(changeOf(publish, { state: 'success', complete: true, url: 'https://deck/1' }));
      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 1, 'reported');

      expect(actor.order).toEqual(['resolveEvent', 'evaluateEvent', 'startChangeJobs', 'reportJobs']);
      expect(actor.started).toMatchObject([
        { envelope: event, facts: { baseSha: 'b1' }, listener: actor.handle.workflowId },
      ]);
      const { org, repo } = actor.target;
      expect(actor.reported).toEqual([
        { host: 'forge', of: { org, repo }, jobs: [expect.objectContaining({ job: 'publish', state: 'success' })] },
      ]);
      expect(await actor.explain()).toMatchObject({
        target: { kind: 'repo' },
        stories: [{ story: 'push to main by alice', did: ['start publish'] }],
      });
    },
    { kind },
  ));

test('a branch that is deleted needs not be resolved', () =>
  withActor(
    env,
    {},
    async (actor) => {
      await actor.send(envelopeOf([pushEvent({ deleted: true })]));
      await actor.handled(1);

      expect(actor.order).toEqual(['evaluateEvent']);
    },
    { kind },
  ));

test('a status is handed to the changes that have its commit, and costs no evaluation here', () =>
  withActor(
    env,
    { spread: () => [7, 9] },
    async (actor) => {
      const event = envelopeOf([statusEvent('ci/unit', 'success')]);
      await actor.send(event);
      await actor.handled(1);

      expect(actor.order).toEqual(['spreadToChanges']);
      expect(actor.spread).toEqual([{ envelope: event, sha: 'c'.repeat(40) }]);
      expect(await actor.summaries()).toContain('status ci/unit: success');
    },
    { kind },
  ));

test('a status that external plugins may want is evaluated for them, once for all changes', () =>
  withActor(
    env,
    { evaluate: (request) => wants(request, [], { forwards: ['cla'] }) },
    async (actor) => {
      await actor.send(envelopeOf([statusEvent('cla', 'success')], { payload }));
      await eventually(() => actor.forwarded.length === 1, 'forwarded');

      expect(actor.order).toEqual(['spreadToChanges', 'evaluateEvent', 'forwardEvent']);
      expect(actor.forwarded).toMatchObject([{ plugin: 'cla' }]);
    },
    { kind },
  ));

test('a status that cannot be handed on does not hold up the push behind it', () =>
  withActor(
    env,
    { spread: () => Promise.reject(ApplicationFailure.nonRetryable('the token has expired', 'HostAuth')) },
    async (actor) => {
      await actor.send(envelopeOf([statusEvent('ci', 'success')]), envelopeOf([pushEvent()]));
      await actor.handled(2);

      expect(actor.order).toEqual(['spreadToChanges', 'resolveEvent', 'evaluateEvent']);
      expect((await actor.explain()).failures).toMatchObject([
        { story: 'status ci: success', what: 'hand it to its changes', reason: 'the token has expired' },
      ]);
    },
    { kind },
  ));

test('what only external plugins know is forwarded to them', () =>
  withActor(
    env,
    { evaluate: (request) => wants(request, [], { forwards: ['release-bot'] }) },
    async (actor) => {
      await actor.send(envelopeOf([], { payload, source: { event: 'workflow_run', action: 'completed' } }));
      await eventually(() => actor.forwarded.length === 1, 'forwarded');

      expect(actor.order).toEqual(['evaluateEvent', 'forwardEvent']);
      expect((await actor.explain()).stories).toMatchObject([{ story: 'workflow run completed' }]);
    },
    { kind },
  ));

test('two pushes to a branch have both their postsubmits, and the older is forgotten when it is told', () =>
  withActor(
    env,
    {},
    async (actor) => {
      await actor.send(envelopeOf([pushEvent({ deleted: true })]));
      await actor.handled(1);
      const report = { context: 'publish', sha: 'a1', baseSha: 'a1', author: '' };
      const first = changeJob('publish', { type: 'postsubmit', report });
      const second = changeJob('publish', {
        type: 'postsubmit',
        report: { ...report, sha: 'a2' },
        startedAt: '2026-01-01T00:00:09Z',
      });
      await actor.tell(changeOf(first, { state: 'pending' }));
      await actor.tell(changeOf(second, { state: 'pending' }));
      await actor.tell(changeOf(first, { state: 'success', complete: true }));
      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 1, 'reported');

      expect(actor.aborted).toEqual([]);
      expect(actor.reported[0]?.jobs).toMatchObject([
        { state: 'success', report: { sha: 'a1' } },
        { state: 'pending', report: { sha: 'a2' } },
      ]);
      expect((await actor.state()).jobs).toMatchObject([{ name: second.name }]);
    },
    { kind },
  ));

test('it is found by its name and ends after eight days without an event', () =>
  withActor(
    env,
    {},
    async (actor) => {
      await actor.send(envelopeOf([pushEvent({ deleted: true })]));
      await actor.handled(1);
      const { typedSearchAttributes } = await actor.handle.describe();
      const { org, repo } = actor.target;
      expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toContainEqual([
        'ProwRepo',
        `${org}/${repo}`,
      ]);
      await env.pass(7 * 24 * hourMs, 6 * hourMs);
      expect((await actor.handle.describe()).status.name).toBe('RUNNING');

      await env.pass(25 * hourMs, 6 * hourMs);

      expect((await actor.handle.describe()).status.name).toBe('COMPLETED');
    },
    { kind },
  ));
