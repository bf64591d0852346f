import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { Effect } from '../../domain/effects.ts';
import { newActorState } from '../../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import type { EvaluateRequest } from '../../domain/review/evaluation.ts';
import { briefOf } from '../../domain/review/event-brief.ts';
import type { GitFacts, GitWant } from '../../domain/review/git-facts.ts';
import { startedJobs, wants } from '../fakes/actor-world.ts';
import { changeJob, changeOf } from '../fixtures/change-jobs.ts';
import { commentEvent, envelopeOf, issueItem, pullEvent, pullItem, statusEvent } from '../fixtures/envelopes.ts';
import { eventually } from '../harness/eventually.ts';
import { withActor, type LiveActor } from '../harness/live-actor.ts';
import { createTestEnvironment, type TestEnvironment } from '../harness/time-skipping.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let env: TestEnvironment;

beforeAll(async () => {
  env = await createTestEnvironment();
}, 60_000);

afterAll(async () => {
  await env?.teardown();
});

const says = (body: string, change: Partial<ChangeEventEnvelope> = {}) =>
  envelopeOf([commentEvent(body)], { item: pullItem(), labels: ['size/S'], ...change });
/** RFC 3339, by the clock of the test's server. */
const now = async () => new Date(await env.now()).toISOString();
const opened = () => envelopeOf([pullEvent('opened')], { item: pullItem(), labels: [] });
const closed = () => envelopeOf([pullEvent('closed')], { item: pullItem({ state: 'closed' }), labels: [] });

/** Wants something only for the comments that are named. */
const onComment = (effects: Record<string, Effect[]>) => (request: EvaluateRequest) => {
  const body = bodyOf(request);
  return wants(request, request.again === undefined ? (effects[body] ?? []) : []);
};
const bodyOf = ({ envelope: { events } }: Pick<EvaluateRequest, 'envelope'>) => {
  const [event] = events;
  return event?.kind === 'comment' ? event.body : '';
};
const startOf = (...jobs: string[]): Effect => ({
  kind: 'startJobs',
  jobs: jobs.map((job) => ({ job, type: 'presubmit' })),
});
const gate = () => {
  let open: () => void = () => undefined;
  const opens = new Promise<void>((resolve) => (open = resolve));
  return { opens, open };
};
/** For conditions that ask the actor: each query is work for the server, which it does by and by. */
const slowly = (check: () => Promise<boolean>, what: string) => eventually(check, what, { intervalMs: 150 });
const isGone = async ({ handle }: LiveActor) => (await handle.describe()).status.name !== 'RUNNING';

describe('an event', () => {
  test('with a command is resolved, evaluated and applied, and tells its story in the Temporal UI', () =>
    withActor(
      env,
      {
        evaluate: onComment({
          '/approve': [
            { kind: 'addLabel', label: 'approved' },
            { kind: 'removeLabel', label: 'do-not-merge/hold' },
            { kind: 'comment', body: 'thank you' },
          ],
        }),
      },
      async (actor) => {
        const event = says('well done\n/approve');
        await actor.send(event);
        await eventually(() => actor.evaluated.length === 1, 'evaluated');

        expect(actor.resolved).toEqual([{ envelope: event }]);
        await actor.handled(1);
        await actor.send(says('/approve', { shownAt: await now() }));
        await actor.handled(2);

        expect(actor.order).toEqual(['resolveEvent', 'evaluateEvent', 'resolveEvent', 'evaluateEvent', 'applyEffects']);
        const { org, repo } = actor.target;
        expect(actor.applied).toMatchObject([
          {
            host: 'forge',
            item: { org, repo, number: 7 },
            firstTry: true,
            effects: [
              { effect: { kind: 'addLabel' } },
              { effect: { kind: 'removeLabel' } },
              { effect: { kind: 'comment' } },
            ],
          },
        ]);
        expect(await actor.summaries()).toEqual([
          'resolve: /approve by alice',
          'evaluate: /approve by alice',
          'end when idle',
          'resolve: /approve by alice',
          'evaluate: /approve by alice',
          '/approve by alice → add label approved, remove label do-not-merge/hold, comment',
        ]);
      },
    ));

  test('that the host shows as it was long ago may have been here', () =>
    withActor(env, { evaluate: onComment({ again: [{ kind: 'comment', body: 'thank you' }] }) }, async (actor) => {
      const longAgo = new Date((await env.now()) - 6 * minuteMs).toISOString();
      await actor.send(says('again', { shownAt: longAgo }));
      await actor.handled(1);

      expect(actor.applied).toMatchObject([{ firstTry: false }]);
    }));

  test('without a command, or on an issue, needs not be resolved', () =>
    withActor(env, {}, async (actor) => {
      await actor.send(says('thank you'), says('/close', { item: issueItem() }));
      await actor.handled(2);

      expect(actor.order).toEqual(['evaluateEvent', 'evaluateEvent']);
    }));

  test('is handled after the one before, whose effects are done by then', async () => {
    const { opens, open } = gate();
    const answers = {
      evaluate: onComment({ '/hold': [{ kind: 'addLabel', label: 'hold' }] }),
      apply: async ({ effects }: { effects: readonly { key: string }[] }) => {
        await opens;
        return effects.map(({ key }) => ({ key, outcome: 'done' as const }));
      },
    };
    await withActor(
      env,
      answers,
      async (actor) => {
        await actor.send(says('/hold'));
        await eventually(() => actor.applied.length === 1, 'the first is being applied');
        await actor.send(says('second'), says('third'));
        await slowly(async () => (await actor.explain()).waiting.events === 2, 'two events wait');
        expect((await actor.explain()).doing).toBe('/hold by alice → add label hold');
        expect(actor.evaluated).toHaveLength(1);

        open();
        await actor.handled(3);

        expect(actor.evaluated.map(bodyOf)).toEqual(['/hold', 'second', 'third']);
      },
      { release: open },
    );
  });

  test('that comes ten times is handled once', () =>
    withActor(env, {}, async (actor) => {
      const event = says('thank you');
      await actor.send(event);
      await Promise.all(Array.from({ length: 4 }, () => actor.send(event, event)));
      await actor.send(event, says('last'));
      await actor.handled(2);

      expect(actor.evaluated.map(bodyOf)).toEqual(['thank you', 'last']);
      expect(await actor.state()).toMatchObject({ handled: 2, inbox: [] });
    }));

  test('that lies in storage is resolved to be known, and what is resolved is what plugins see', async () => {
    const stored = { key: 'b/k', bytes: 9_000, sha256: 'x' };
    const short = envelopeOf([], { stored, source: { event: 'pull_request', action: 'opened' } });
    const whole = { ...opened(), id: short.id };
    const facts: GitFacts = { baseRef: 'main', baseSha: 'b1', headSha: 'c1', read: [] };
    const resolve = () => ({ envelope: whole, brief: briefOf(whole), facts });

    await withActor(env, { resolve }, async (actor) => {
      await actor.send(short);
      await actor.handled(1);

      expect(actor.evaluated).toEqual([{ envelope: whole, facts, activeJobs: [] }]);
      expect((await actor.summaries()).slice(0, 2)).toEqual([
        'resolve: pull request opened',
        'evaluate: opened by carol',
      ]);
      expect((await actor.explain()).item).toMatchObject({ title: 'mend the build', headSha: 'c'.repeat(40) });
    });
  });
});

describe('what is known of the change', () => {
  test('is what the latest event shows, and what those that are about it have brought', () =>
    withActor(env, {}, async (actor) => {
      const pushed = pullItem({ title: 'mended' });
      if (pushed.pull) pushed.pull = { ...pushed.pull, draft: true, head: { ref: 'fix', sha: 'd'.repeat(40) } };
      await actor.send(opened());
      await actor.handled(1);
      await actor.send(envelopeOf([commentEvent('hello')], { item: pushed, labels: ['lgtm'] }));
      await actor.handled(2);

      const { item, announced } = await actor.state();
      expect(item).toMatchObject({ title: 'mended', draft: true, headSha: 'd'.repeat(40), labels: ['lgtm'] });
      expect(announced).toEqual({ state: 'open', draft: false, headSha: 'c'.repeat(40), baseRef: 'main' });
    }));

  test('is kept where its event fails, and the event is seen to be in line until it is handled', async () => {
    const { opens, open } = gate();
    const evaluate = async () => {
      await opens;
      throw ApplicationFailure.nonRetryable('no such plugin', 'ConfigInvalid');
    };
    await withActor(
      env,
      { evaluate },
      async (actor) => {
        await actor.send(opened());
        await eventually(() => actor.evaluated.length === 1, 'it is evaluated');
        expect(await actor.state()).toMatchObject({ handled: 0, inbox: [{ source: {} }] });
        expect(await actor.explain()).toMatchObject({ doing: 'evaluate: opened by carol', waiting: { events: 0 } });

        open();
        await actor.handled(1);

        expect(await actor.state()).toMatchObject({ inbox: [], announced: { headSha: 'c'.repeat(40) } });
      },
      { release: open },
    );
  });

  test('has no story of statuses, one that lies in storage included', async () => {
    const stored = { key: 'b/k', bytes: 9_000, sha256: 'x' };
    const whole = envelopeOf([statusEvent('ci', 'success')], { item: pullItem() });
    const resolve = () => ({ envelope: { ...whole, events: [], stored }, brief: briefOf(whole) });

    await withActor(env, { resolve }, async (actor) => {
      await actor.send({ ...whole, events: [], stored });
      await actor.handled(1);

      expect(await actor.explain()).toMatchObject({ stories: [], item: { title: 'mend the build' } });
    });
  });
});

describe('plugins that need more files', () => {
  const owners: GitWant = { kind: 'owners' };
  const file: GitWant = { kind: 'baseFile', path: 'a' };
  const facts = (...read: GitWant[]): GitFacts => ({
    baseRef: 'main',
    baseSha: 'b1',
    read: read.map((want) => ({ want, at: { key: 'k', bytes: 1, sha256: 's' } })),
  });

  test('are asked again once these are read, at the same commits', () =>
    withActor(
      env,
      {
        resolve: ({ envelope, wants: more = [], known }) => ({
          envelope,
          brief: briefOf(envelope),
          facts: facts(...(known?.read.map(({ want }) => want) ?? []), ...more),
        }),
        evaluate: (request) => {
          const read = request.facts?.read.map(({ want }) => want.kind) ?? [];
          if (!read.includes('owners')) return wants(request, [], { missing: [owners] });
          if (!read.includes('baseFile')) return wants(request, [], { missing: [file] });
          return wants(request, [{ kind: 'addLabel', label: 'approved' }]);
        },
      },
      async (actor) => {
        const event = says('thank you');
        await actor.send(event);
        await actor.handled(1);

        expect(actor.resolved).toEqual([
          { envelope: event, wants: [owners] },
          { envelope: event, wants: [file], known: facts(owners) },
        ]);
        expect(actor.evaluated).toHaveLength(3);
        expect(actor.applied).toHaveLength(1);
      },
    ));

  test('for ever are not asked a sixth time', () =>
    withActor(
      env,
      { evaluate: (request) => wants(request, [{ kind: 'addLabel', label: 'x' }], { missing: [owners] }) },
      async (actor) => {
        await actor.send(says('thank you'));
        await actor.handled(1);

        expect(actor.evaluated).toHaveLength(5);
        expect(actor.applied).toEqual([]);
        expect((await actor.explain()).failures).toMatchObject([
          { what: 'plugin all', reason: expect.stringContaining('5 times') },
        ]);
      },
    ));
});

describe('effects', () => {
  test('go where they belong: aborts first, then the host, records, and new jobs last', async () => {
    const all: Effect[] = [
      startOf('unit'),
      { kind: 'addLabel', label: 'ok-to-test' },
      { kind: 'recordJob', job: 'e2e', state: 'success', description: 'overridden', url: 'https://x' },
      { kind: 'abortJobs', description: 'new commits' },
      { kind: 'comment', body: 'hello' },
    ];
    await withActor(env, { evaluate: onComment({ first: [startOf('lint')], all }) }, async (actor) => {
      await actor.send(says('first'));
      await actor.handled(1);
      const event = says('all');
      await actor.send(event);
      await actor.handled(2);

      expect(actor.order.filter((name) => name !== 'reportJobs').slice(2)).toEqual([
        'evaluateEvent',
        'abortChangeJobs',
        'applyEffects',
        'recordChangeJob',
        'startChangeJobs',
      ]);
      const [lint] = (await actor.explain()).jobs;
      expect(actor.aborted).toEqual([
        { jobs: [{ workflowId: lint?.workflowId, name: lint?.name }], description: 'new commits' },
      ]);
      expect(actor.evaluated[1]?.activeJobs).toEqual([
        { name: lint?.name, job: 'lint', type: 'presubmit', state: 'triggered' },
      ]);
      expect(actor.applied[0]?.effects.map(({ effect }) => effect.kind)).toEqual(['addLabel', 'comment']);
      expect(actor.recorded).toEqual([
        {
          envelope: event,
          key: `${event.delivery}/p/2`,
          job: 'e2e',
          state: 'success',
          description: 'overridden',
          url: 'https://x',
        },
      ]);
      expect(actor.started[1]).toEqual({
        envelope: event,
        jobs: [{ job: 'unit', type: 'presubmit' }],
        listener: actor.handle.workflowId,
      });
      expect((await actor.explain()).stories.at(-1)?.did).toEqual([
        'abort lint',
        'add label ok-to-test',
        'comment',
        'record e2e: success',
        'start unit',
      ]);
    });
  });

  test('that abort jobs cost nothing where none goes on', () =>
    withActor(env, { evaluate: onComment({ stop: [{ kind: 'abortJobs', description: 'closed' }] }) }, async (actor) => {
      await actor.send(says('stop'));
      await actor.handled(1);

      expect(actor.aborted).toEqual([]);
    }));

  test('that are refused are remembered, and the next event goes on', () =>
    withActor(
      env,
      {
        evaluate: onComment({
          '/assign': [
            { kind: 'assign', logins: ['ghost'] },
            { kind: 'addLabel', label: 'a' },
          ],
          start: [startOf('unit', 'gone')],
        }),
        apply: ({ effects }) =>
          effects.map(({ key, effect }) =>
            effect.kind === 'assign' ? { key, outcome: 'refused', reason: 'ghost: nobody' } : { key, outcome: 'done' },
          ),
        start: (request) => ({
          started: startedJobs(request).filter(({ job }) => job === 'unit'),
          refused: [{ job: 'gone', reason: 'no such job' }],
        }),
      },
      async (actor) => {
        await actor.send(says('/assign'), says('start'));
        await actor.handled(2);

        const { failures, stories } = await actor.explain();
        expect(failures).toMatchObject([
          { story: '/assign by alice', what: 'assign ghost', reason: 'ghost: nobody' },
          { story: 'comment by alice', what: 'start gone', reason: 'no such job' },
        ]);
        expect(stories.map(({ did }) => did)).toEqual([['add label a'], ['start unit']]);
      },
    ));

  test('on labels are seen by the next event, also while the host does not tell them yet', () =>
    withActor(
      env,
      {
        evaluate: onComment({
          first: [
            { kind: 'addLabel', label: 'lgtm' },
            { kind: 'removeLabel', label: 'size/S' },
            { kind: 'addLabel', label: 'elsewhere', number: 9 },
          ],
        }),
      },
      async (actor) => {
        await actor.send(says('first'), says('second'));
        await actor.handled(2);

        expect(actor.evaluated[0]).not.toHaveProperty('recentLabels');
        expect(actor.evaluated[1]?.recentLabels).toEqual([
          { label: 'lgtm', on: true },
          { label: 'size/S', on: false },
        ]);
        expect((await actor.explain()).item?.labels).toEqual(['lgtm']);
        await env.pass(minuteMs);
        await actor.send(says('third'));
        await actor.handled(3);

        expect(actor.evaluated[2]).not.toHaveProperty('recentLabels');
        expect((await actor.explain()).item?.labels).toEqual(['size/S']);
      },
    ));
});

describe('what fails', () => {
  test('for good is remembered, and the next event goes on', () =>
    withActor(
      env,
      {
        evaluate: (request) => {
          if (bodyOf(request) === 'bad') throw ApplicationFailure.nonRetryable('no such envelope', 'MessageInvalid');
          return wants(request, [], { failures: [{ plugin: 'wip', reason: 'no title' }] });
        },
      },
      async (actor) => {
        await actor.send(says('bad'), says('good'));
        await actor.handled(2);

        expect(actor.evaluated.map(bodyOf)).toEqual(['bad', 'good']);
        const { failures, waiting } = await actor.explain();
        expect(failures).toMatchObject([
          { story: 'comment by alice', what: 'evaluate', reason: 'no such envelope' },
          { story: 'comment by alice', what: 'plugin wip', reason: 'no title' },
        ]);
        expect(waiting.again).toEqual([]);
      },
    ));

  test('because somebody is away does not hold up the next event, and is tried again later', async () => {
    let isAway = true;
    await withActor(
      env,
      {
        evaluate: (request) => {
          if (isAway && bodyOf(request) === 'bad')
            throw ApplicationFailure.create({ type: 'HostUnavailable', message: 'away' });
          return wants(request, bodyOf(request) === 'bad' ? [{ kind: 'addLabel', label: 'late' }] : []);
        },
      },
      async (actor) => {
        await actor.send(says('bad', { shownAt: await now() }), says('good'));
        await eventually(() => actor.evaluated.length > 0, 'it is tried');
        const isTried = async () => (await actor.explain()).failures.length === 0;
        for (let step = 0; step < 100 && (await isTried()); step += 1) await env.pass(20_000, 20_000);
        await actor.handled(2);
        const { failures, waiting } = await actor.explain();
        expect(failures).toMatchObject([{ what: 'evaluate', reason: 'away' }]);
        expect(waiting.again).toMatchObject([{ what: 'comment by alice, which failed' }]);
        expect(actor.evaluated.at(-1)?.envelope.events).toMatchObject([{ body: 'good' }]);

        isAway = false;
        await env.pass(2 * minuteMs);

        await eventually(() => actor.applied.length === 1, 'it was done after all');
        expect(actor.applied[0]?.firstTry).toBe(false);
        expect((await actor.explain()).stories.at(-1)).toMatchObject({ did: ['add label late'] });
      },
    );
  });

  test('every time is given up in the end', () =>
    withActor(
      env,
      { evaluate: () => Promise.reject(ApplicationFailure.nonRetryable('the token has expired', 'HostAuth')) },
      async (actor) => {
        await actor.send(says('hello'));
        await actor.handled(1);

        await env.pass(12 * hourMs, 10 * minuteMs);

        expect(actor.evaluated).toHaveLength(5);
        const { failures, waiting } = await actor.explain();
        expect(failures.at(-1)).toMatchObject({ what: 'try again', reason: 'it has failed too often' });
        expect(waiting.again).toEqual([]);
      },
    ));
});

describe('a plugin that looks again', () => {
  test('is asked alone, when it wanted to be, with the event as it was', () =>
    withActor(
      env,
      {
        evaluate: (request) =>
          request.again === undefined
            ? wants(request, [{ kind: 'lookAgain', afterMs: 5_000 }])
            : wants(request, [{ kind: 'addLabel', label: 'needs-rebase' }]),
      },
      async (actor) => {
        const event = says('/approve');
        await actor.send(event);
        await actor.handled(1);
        expect((await actor.explain()).waiting.again).toMatchObject([{ what: '/approve by alice, for p' }]);

        await env.pass(6_000, 1_000);

        await eventually(() => actor.applied.length === 1, 'it has looked again');
        expect(actor.evaluated[1]).toMatchObject({ envelope: event, again: 'p' });
        expect(actor.resolved).toHaveLength(1);
        expect((await actor.explain()).waiting.again).toEqual([]);
        expect(await actor.summaries()).toContain('look again');
      },
    ));

  test('for ever is not asked an eleventh time', () =>
    withActor(
      env,
      { evaluate: (request) => wants(request, [{ kind: 'lookAgain', afterMs: 1_000 }]) },
      async (actor) => {
        await actor.send(says('hello'));
        await actor.handled(1);

        await env.pass(30_000, 1_000);

        expect(actor.evaluated).toHaveLength(11);
        expect((await actor.explain()).failures).toMatchObject([{ what: 'look again for p' }]);
      },
    ));
});

describe('jobs of the change', () => {
  test('are reported as they change, changes of a second at once, and nothing twice', () =>
    withActor(env, { evaluate: onComment({ '/test': [startOf('unit', 'e2e')] }) }, async (actor) => {
      await actor.send(says('/test'));
      await actor.handled(1);
      const [unit, e2e] = (await actor.state()).jobs;
      if (!unit || !e2e) throw new Error('two jobs');
      await actor.tell(changeOf(unit, { state: 'pending', url: 'https://deck/unit' }));

      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 1, 'reported');

      const { host, org, repo } = actor.target;
      expect(actor.reported[0]).toMatchObject({
        host,
        of: { org, repo, number: 7 },
        jobs: [
          { job: 'unit', state: 'pending', url: 'https://deck/unit' },
          { job: 'e2e', state: 'triggered' },
        ],
        all: [{ job: 'unit' }, { job: 'e2e' }],
      });

      await actor.tell(changeOf(unit, { state: 'success', complete: true, url: 'https://deck/unit' }));
      await actor.tell(changeOf(e2e, { state: 'triggered' }));
      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 2, 'reported again');
      await env.pass(2_000, 1_000);

      expect(actor.reported[1]?.jobs).toMatchObject([{ job: 'unit', state: 'success' }]);
      expect(actor.reported).toHaveLength(2);
      expect(await actor.summaries()).toEqual(
        expect.arrayContaining(['gather reports', 'report unit: pending, e2e: triggered', 'report unit: success']),
      );
    }));

  test('that are older runs of the same are aborted and not reported', () =>
    withActor(env, { evaluate: onComment({ one: [startOf('unit')], two: [startOf('unit')] }) }, async (actor) => {
      await actor.send(says('one'));
      await actor.handled(1);
      const [old] = (await actor.state()).jobs;
      if (!old) throw new Error('a job');
      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 1, 'the first is reported');
      await actor.send(says('two'));
      await eventually(() => actor.aborted.length === 1, 'the first is aborted');

      expect(actor.aborted).toEqual([
        { jobs: [{ workflowId: old.workflowId, name: old.name, job: 'unit' }], description: expect.any(String) },
      ]);
      await actor.tell(changeOf(old, { state: 'aborted', complete: true, description: 'Aborted.' }));
      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 2, 'the second is reported');

      expect(actor.reported[1]?.jobs).toHaveLength(1);
      expect(actor.reported[1]?.jobs[0]?.name).not.toBe(old.name);
      expect((await actor.state()).jobs).toHaveLength(1);
    }));

  test('that somebody else has started are known from what they tell', () =>
    withActor(env, {}, async (actor) => {
      await actor.send(says('hello'));
      await actor.handled(1);
      const job = changeJob('unit');

      await actor.tell(changeOf(job, { state: 'pending', url: 'https://deck/1' }));
      const { change: _change, ...stranger } = changeOf(changeJob('other'), { state: 'pending' });
      await actor.tell(stranger);
      await env.pass(2_000, 1_000);

      await eventually(() => actor.reported.length === 1, 'reported');
      expect(actor.reported[0]?.jobs).toMatchObject([{ name: job.name, state: 'pending' }]);
      expect((await actor.explain()).jobs).toHaveLength(1);
    }));

  test('are told again later where the host is away, and what it refuses is remembered', async () => {
    const answers = [
      () => Promise.reject(ApplicationFailure.nonRetryable('the token has expired', 'HostAuth')),
      () => ({ refused: [{ job: 'unit', reason: 'no such commit' }] }),
    ];
    await withActor(env, { report: () => answers.shift()?.() ?? { refused: [] } }, async (actor) => {
      await actor.send(says('hello'));
      await actor.handled(1);
      await actor.tell(changeOf(changeJob('unit'), { state: 'failure', complete: true }));
      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 1, 'it was tried');
      expect(await actor.explain()).toMatchObject({ waiting: { reports: 1 } });

      await env.pass(2 * minuteMs);

      await eventually(() => actor.reported.length === 2, 'it was tried again');
      await slowly(async () => (await actor.explain()).waiting.reports === 0, 'nothing is left');
      expect((await actor.explain()).failures).toMatchObject([
        { what: 'report', reason: 'the token has expired' },
        { story: 'report of unit', reason: 'no such commit' },
      ]);
      await env.pass(10 * minuteMs);
      expect(actor.reported).toHaveLength(2);
    });
  });

  test('of a closed change are told however long the host is away, and waiting for it costs little', async () => {
    let isAway = true;
    const report = () => {
      if (isAway) throw ApplicationFailure.create({ type: 'HostUnavailable', message: 'away' });
      return { refused: [] };
    };
    await withActor(env, { report }, async (actor) => {
      await actor.send(closed());
      await actor.handled(1);
      const before = (await actor.events()).length;
      await actor.tell(changeOf(changeJob('unit'), { state: 'success', complete: true }));
      await env.pass(hourMs, 5 * minuteMs);
      await slowly(async () => (await actor.explain()).waiting.reports === 1, 'the report waits');
      expect((await actor.events()).length - before).toBeLessThan(30);

      isAway = false;
      await env.pass(30 * minuteMs, 30_000);

      expect(actor.reported.at(-1)?.jobs).toMatchObject([{ job: 'unit', state: 'success' }]);
      await eventually(async () => await isGone(actor), 'it has ended');
    });
  });

  test('whose workflows were terminated are asked after, and ended with an error', async () => {
    const gone: string[] = [];
    await withActor(
      env,
      {
        evaluate: onComment({ '/test': [startOf('unit', 'e2e')] }),
        findClosed: async (ids) => ids.filter((id) => gone.includes(id)).map((workflowId) => ({ workflowId })),
      },
      async (actor) => {
        await actor.send(says('/test'));
        await actor.handled(1);
        const [unit] = (await actor.state()).jobs;
        gone.push(unit?.workflowId ?? '');

        await env.pass(65 * minuteMs, 5 * minuteMs);

        await eventually(() => actor.reported.length === 2, 'reported');
        expect(actor.reported[1]?.jobs).toMatchObject([{ job: 'unit', state: 'error' }]);
        expect((await actor.explain()).jobs).toMatchObject([
          { job: 'unit', complete: true },
          { job: 'e2e', complete: false },
        ]);
      },
    );
  });
});

describe('errands', () => {
  test('go on beside the events, those for one external plugin in order', async () => {
    const { opens, open } = gate();
    const answers = {
      evaluate: (request: EvaluateRequest) => wants(request, [], { forwards: ['slow', 'quick'] }),
      forward: async ({ plugin }: { plugin: string }) => {
        if (plugin === 'slow') await opens;
        return { status: plugin === 'slow' ? 200 : 404 };
      },
    };
    await withActor(
      env,
      answers,
      async (actor) => {
        const [first, second] = [says('first'), says('second')];
        await actor.send(first, second);
        await actor.handled(2);
        await eventually(() => actor.forwarded.length === 3, 'the quick one has both');
        expect((await actor.explain()).waiting.errands).toEqual([
          'forward comment by alice to slow',
          'forward comment by alice to slow',
        ]);

        open();
        await eventually(() => actor.forwarded.length === 4, 'the slow one has both as well');
        await slowly(async () => (await actor.state()).errands.length === 0, 'nothing is left');

        const slow = actor.forwarded.filter(({ plugin }) => plugin === 'slow');
        expect(slow.map(({ envelope }) => envelope.id)).toEqual([first.id, second.id]);
        expect((await actor.explain()).failures).toMatchObject([
          { what: 'forward comment by alice to quick', reason: 'it has answered with 404' },
          { what: 'forward comment by alice to quick' },
        ]);
      },
      { release: open },
    );
  });

  test('pick cherries, with all that the plugin says of it, and tell what came of it', () => {
    const effect: Effect = {
      kind: 'cherryPick',
      requester: 'alice',
      picks: [{ target: 'r1', chain: [] }],
      labels: ['pick'],
      assign: false,
      issueOnConflict: true,
    };
    return withActor(env, { evaluate: onComment({ '/cherrypick r1': [effect] }) }, async (actor) => {
      const event = says('/cherrypick r1');
      await actor.send(event);
      await eventually(() => actor.picked.length === 1, 'picked');
      await slowly(async () => (await actor.state()).errands.length === 0, 'nothing is left');

      expect(actor.picked).toMatchObject([{ envelope: event, effect, key: `${event.delivery}/p/0` }]);
      const { stories } = await actor.explain();
      expect(stories).toContainEqual({ at: expect.any(String), story: 'cherry-pick to r1', did: ['r1: done'] });
    });
  });

  test('are carried over when the actor continues as new, and begun again', async () => {
    const { opens, open } = gate();
    let isHanging = true;
    const answers = {
      evaluate: (request: EvaluateRequest) =>
        wants(request, [], { forwards: bodyOf(request) === 'forward' ? ['away'] : [] }),
      forward: async () => {
        if (isHanging) await opens;
        return { status: 200 };
      },
    };
    await withActor(
      env,
      answers,
      async (actor) => {
        const event = says('forward');
        await actor.send(event);
        await eventually(() => actor.forwarded.length === 1, 'the forward hangs');
        const { runId } = await actor.handle.describe();
        isHanging = false;

        for (let count = 2; count <= 12; count += 1) {
          await actor.send(says(`comment ${count}`));
          await actor.handled(count);
        }

        await eventually(() => actor.forwarded.length === 2, 'the forward is begun again');
        expect((await actor.handle.describe()).runId).not.toBe(runId);
        expect(actor.forwarded.map(({ envelope }) => envelope.id)).toEqual([event.id, event.id]);
        await slowly(async () => (await actor.state()).errands.length === 0, 'nothing is left');
        expect(await actor.state()).toMatchObject({ handled: 12 });
      },
      { carried: { ...newActorState(0), maxEvents: 40 }, release: open },
    );
  });

  test('for statuses are none: the actor of the repository has them forwarded', () =>
    withActor(env, { evaluate: (request) => wants(request, [], { forwards: ['x'] }) }, async (actor) => {
      await actor.send(envelopeOf([statusEvent('ci', 'success')]));
      await actor.handled(1);

      expect(actor.evaluated).toHaveLength(1);
      expect(actor.forwarded).toEqual([]);
      expect((await actor.explain()).stories).toEqual([]);
    }));
});

describe('a signal', () => {
  test('that is malformed is remembered as a failure, and harms nobody', () =>
    withActor(env, {}, async (actor) => {
      await actor.send(says('first'));
      await actor.handled(1);

      await actor.sendRaw('changeEventReceived', 'no list');
      await actor.sendRaw('changeEventReceived');
      await actor.sendRaw('changeEventReceived', [{ ...says('later version'), v: 2 }, says('second')]);
      await actor.sendRaw('jobChanged', { state: 'thrilled' });
      await actor.sendRaw('jobChanged');
      await actor.handled(2);

      expect(actor.evaluated.map(bodyOf)).toEqual(['first', 'second']);
      await slowly(async () => (await actor.explain()).failures.length === 5, 'all are remembered');
      expect((await actor.explain()).failures.map(({ reason }) => reason)).toEqual([
        'the argument is no list of events',
        'the argument is no list of events',
        'event 1: version 2 is not known',
        'it is no change of a job',
        'it is no change of a job',
      ]);
    }));
});

describe('its life', () => {
  test('ends ten minutes after the last event of a closed change', () =>
    withActor(env, {}, async (actor) => {
      await actor.send(closed());
      await actor.handled(1);
      await env.pass(9 * minuteMs);
      await actor.send(says('by the way', { item: pullItem({ state: 'closed' }) }));
      await actor.handled(2);
      await env.pass(8 * minuteMs);
      expect(await isGone(actor)).toBe(false);

      await env.pass(3 * minuteMs);

      expect(await isGone(actor)).toBe(true);
      expect((await actor.handle.describe()).status.name).toBe('COMPLETED');
    }));

  test('ends eight days after the last event of an open one', () =>
    withActor(env, {}, async (actor) => {
      await actor.send(opened());
      await actor.handled(1);
      await env.pass(4 * dayMs, 6 * hourMs);
      await actor.send(says('ping'));
      await actor.handled(2);
      await env.pass(7 * dayMs, 6 * hourMs);
      expect(await isGone(actor)).toBe(false);

      await env.pass(1.5 * dayMs, 6 * hourMs);

      expect(await isGone(actor)).toBe(true);
    }));

  test('does not end while a job of a closed change goes on', () =>
    withActor(env, { evaluate: onComment({ '/test': [startOf('unit')] }) }, async (actor) => {
      await actor.send(says('/test'), closed());
      await actor.handled(2);
      const [unit] = (await actor.state()).jobs;
      if (!unit) throw new Error('a job');
      await env.pass(40 * minuteMs, 5 * minuteMs);
      expect(await isGone(actor)).toBe(false);
      expect(await actor.explain()).not.toHaveProperty('endsAt');

      await actor.tell(changeOf(unit, { state: 'success', complete: true }));
      await env.pass(15 * minuteMs, 5_000);

      expect(await isGone(actor)).toBe(true);
      expect(actor.reported.at(-1)?.jobs).toMatchObject([{ state: 'success' }]);
    }));

  test('of an event that comes when it ends is begun again, and no event is lost', () =>
    withActor(env, {}, async (actor) => {
      await actor.send(closed());
      await actor.handled(1);
      let sent = 1;

      for (const waitMs of [599_000, 599_500, 599_900, 600_000, 600_100]) {
        await env.pass(waitMs, waitMs);
        await Promise.all([
          env.pass(2_000, 100),
          actor.send(says(`after ${waitMs}`, { item: pullItem({ state: 'closed' }) })),
        ]);
        sent += 1;
        await eventually(() => actor.evaluated.length === sent, `the event after ${waitMs} ms is evaluated`);
        await env.pass(1_000);
      }

      expect(new Set(actor.evaluated.map(({ envelope }) => envelope.id)).size).toBe(sent);
    }));

  test('goes on as a new run when its history is long and nothing comes for a moment, knowing what it knew', () =>
    withActor(
      env,
      { evaluate: onComment({ '/test': [startOf('unit')] }) },
      async (actor) => {
        await actor.send(says('/test'));
        await actor.handled(1);
        const { runId } = await actor.handle.describe();
        const [first] = actor.evaluated;
        await env.pass(2_000, 1_000);

        for (let count = 2; count <= 8; count += 1) {
          await actor.send(says(`comment ${count}`));
          await actor.handled(count);
        }

        expect((await actor.handle.describe()).runId).toBe(runId);
        expect(await actor.summaries()).toContain('go on in a new run');
        await env.pass(3_000, 1_000);
        expect((await actor.handle.describe()).runId).not.toBe(runId);
        expect(await actor.explain()).toMatchObject({ handled: 8, jobs: [{ job: 'unit' }] });
        if (first) await actor.send(first.envelope, says('last'));
        await actor.handled(9);
        expect(actor.evaluated.map(bodyOf).slice(-2)).toEqual(['comment 8', 'last']);
        const events = await actor.events();
        expect(events.filter(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => upsert)).toEqual([]);
      },
      { carried: { ...newActorState(0), maxEvents: 60 } },
    ));

  test('carries events in line over where they never end', () =>
    withActor(
      env,
      {},
      async (actor) => {
        const events = Array.from({ length: 30 }, (_, index) => says(`comment ${index}`));
        await actor.send(...events);
        const { runId } = await actor.handle.describe();
        await actor.handled(30);

        expect(actor.evaluated.map(bodyOf)).toEqual(events.map((_, index) => `comment ${index}`));
        expect((await actor.handle.describe()).runId).not.toBe(runId);
      },
      { carried: { ...newActorState(0), maxEvents: 40 } },
    ));

  test('is found by repository and number', () =>
    withActor(env, {}, async (actor) => {
      await actor.send(opened());
      await actor.handled(1);

      const { typedSearchAttributes } = await actor.handle.describe();
      const { org, repo } = actor.target;
      expect(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value])).toEqual(
        expect.arrayContaining([
          ['ProwRepo', `${org}/${repo}`],
          ['ProwPulls', ['7']],
        ]),
      );
    }));

  test('can be ended by an operator at any moment', async () => {
    const { opens, open } = gate();
    const answers = {
      evaluate: (request: EvaluateRequest) => wants(request, [], { forwards: ['away'] }),
      forward: async () => {
        await opens;
        return { status: 200 };
      },
    };
    await withActor(
      env,
      answers,
      async (actor) => {
        await actor.send(says('hello'));
        await eventually(() => actor.forwarded.length === 1, 'a forward hangs');
        await actor.tell(changeOf(changeJob('unit'), { state: 'pending' }));

        await actor.handle.cancel();

        await slowly(async () => (await actor.handle.describe()).status.name === 'CANCELLED', 'it is cancelled');
      },
      { release: open },
    );
  });
});
