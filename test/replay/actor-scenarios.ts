/**
 * The lives of actors whose histories are kept, one per branch that matters: what is tested in `test/workflows`, in short.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { Effect } from '../../domain/effects.ts';
import { newActorState } from '../../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import type { EvaluateRequest, EventEvaluation } from '../../domain/review/evaluation.ts';
import { wants, type WorldAnswers } from '../fakes/actor-world.ts';
import { changeJob, changeOf } from '../fixtures/change-jobs.ts';
import { commentEvent, envelopeOf, pullEvent, pullItem, pushEvent, statusEvent } from '../fixtures/envelopes.ts';
import { eventually } from '../harness/eventually.ts';
import { withActor, type LiveActor, type LiveOptions } from '../harness/live-actor.ts';
import type { ActivitiesByQueue, TestEnvironment } from '../harness/time-skipping.ts';

const minuteMs = 60_000;

export interface SavedActor {
  branch: string;
  workflowId: string;
  runId?: string;
}

export interface ActorScenarios {
  env: TestEnvironment;
  /** Of the other scenarios: workers serve all. */
  activities: ActivitiesByQueue;
  save: (type: 'changeActor' | 'repoActor', saved: SavedActor) => void;
}

const says = (body: string) => envelopeOf([commentEvent(body)], { item: pullItem(), labels: [] });
const opened = () => envelopeOf([pullEvent('opened')], { item: pullItem(), labels: [] });
const closed = () => envelopeOf([pullEvent('closed')], { item: pullItem({ state: 'closed' }), labels: [] });
const label = (name: string): Effect => ({ kind: 'addLabel', label: name });
const start = (job: string, type: 'presubmit' | 'postsubmit' = 'presubmit'): Effect => ({
  kind: 'startJobs',
  jobs: [{ job, type }],
});

/** What plugins want for each text, or for each kind of other events. */
const byText = (answers: Record<string, Effect[] | ((request: EvaluateRequest) => EventEvaluation)>) => {
  return (request: EvaluateRequest): EventEvaluation => {
    const [event] = request.envelope.events;
    const key = event?.kind === 'comment' ? event.body : (event?.kind ?? '');
    const answer = answers[key] ?? [];
    return typeof answer === 'function' ? answer(request) : wants(request, answer);
  };
};

export async function liveActors({ env, activities, save }: ActorScenarios): Promise<void> {
  const live = async (
    branch: string,
    answers: Partial<WorldAnswers>,
    work: (actor: LiveActor) => Promise<void>,
    options: LiveOptions = {},
  ) =>
    await withActor(
      env,
      answers,
      async (actor) => {
        await work(actor);
        const { workflowId } = actor.handle;
        save(options.kind === 'repo' ? 'repoActor' : 'changeActor', { branch, workflowId });
      },
      { ...options, beside: activities },
    );
  const send = async (actor: LiveActor, ...envelopes: ChangeEventEnvelope[]) => {
    const { handled } = await actor.state().catch(() => ({ handled: 0 }));
    await actor.send(...envelopes);
    await actor.handled(handled + envelopes.length);
  };
  const settled = async (actor: LiveActor) => {
    await env.pass(2_000, 1_000);
    await eventually(async () => (await actor.explain()).waiting.reports === 0, 'everything is reported', {
      intervalMs: 150,
    });
  };
  const jobOf = async (actor: LiveActor) => {
    const job = (await actor.state()).jobs.at(-1);
    if (!job) throw new Error('No job was started.');
    return job;
  };

  await live(
    'effects-jobs-and-end',
    {
      evaluate: byText({
        pull: [label('needs-ok-to-test'), { kind: 'comment', body: 'welcome' }],
        '/ok-to-test': [{ kind: 'removeLabel', label: 'needs-ok-to-test' }, start('unit')],
        '/override e2e': [
          { kind: 'recordJob', job: 'e2e', state: 'success', description: 'overridden', url: 'https://x' },
        ],
        stop: [{ kind: 'abortJobs', description: 'closed' }],
      }),
    },
    async (actor) => {
      await send(actor, opened());
      await send(actor, says('/ok-to-test'));
      const unit = await jobOf(actor);
      await actor.tell(changeOf(unit, { state: 'pending', url: 'https://deck/1' }));
      await settled(actor);
      await send(actor, says('/override e2e'), says('stop'));
      await actor.tell(changeOf(unit, { state: 'aborted', complete: true, url: 'https://deck/1' }));
      await settled(actor);
      await send(actor, closed());
      await env.passUntil(actor.handle.result(), 30_000);
    },
  );

  await live(
    'older-run-aborted',
    { evaluate: byText({ one: [start('unit')], two: [start('unit')] }) },
    async (actor) => {
      await send(actor, says('one'));
      const old = await jobOf(actor);
      await settled(actor);
      await send(actor, says('two'));
      await eventually(() => actor.aborted.length === 1, 'the older run is aborted');
      await actor.tell(changeOf(old, { state: 'aborted', complete: true }));
      await settled(actor);
    },
  );

  await live(
    'refused-and-missing',
    {
      resolve: ({ envelope }) => ({
        envelope,
        brief: { story: 'resolved', kinds: ['comment'], isPull: true },
        facts: { baseRef: 'main', baseSha: 'b1', read: [] },
      }),
      evaluate: byText({
        hello: (request) =>
          request.facts
            ? wants(request, [label('a')], { failures: [{ plugin: 'p', reason: 'no title' }] })
            : wants(request, [], { missing: [{ kind: 'owners' }] }),
      }),
      apply: ({ effects }) => effects.map(({ key }) => ({ key, outcome: 'refused', reason: 'no such label' })),
    },
    async (actor) => {
      await send(actor, says('hello'), says('hello'));
    },
  );

  await live(
    'looks-again',
    {
      evaluate: byText({
        hello: (request) =>
          wants(request, request.again === undefined ? [{ kind: 'lookAgain', afterMs: 5_000 }] : [label('late')]),
      }),
    },
    async (actor) => {
      await send(actor, says('hello'));
      await env.pass(6_000, 1_000);
      await eventually(() => actor.applied.length === 1, 'the plugin has looked again');
    },
  );

  let isAway = true;
  await live(
    'tried-again',
    {
      evaluate: (request) => {
        if (isAway) throw ApplicationFailure.nonRetryable('the token has expired', 'HostAuth');
        return wants(request, [label('late')]);
      },
      report: () => {
        if (isAway) throw ApplicationFailure.nonRetryable('the token has expired', 'HostAuth');
        return { refused: [] };
      },
    },
    async (actor) => {
      await send(actor, says('hello'));
      await actor.tell(changeOf(changeJob('unit'), { state: 'pending' }));
      await env.pass(2_000, 1_000);
      await eventually(() => actor.reported.length === 1, 'a report was tried');
      isAway = false;
      await env.pass(2 * minuteMs, 20_000);
      await eventually(() => actor.applied.length === 1, 'it was done after all');
      await settled(actor);
    },
  );

  await live(
    'lost-job',
    {
      evaluate: byText({ '/test': [start('unit')] }),
      findClosed: async (ids) => ids.map((workflowId) => ({ workflowId })),
    },
    async (actor) => {
      await send(actor, says('/test'));
      await env.pass(65 * minuteMs, 5 * minuteMs);
      await settled(actor);
    },
  );

  await live('odd-signals', {}, async (actor) => {
    const event = says('hello');
    await send(actor, event);
    await actor.send(event);
    await actor.sendRaw('changeEventReceived', 'no list');
    await actor.sendRaw('jobChanged', {});
    await send(actor, says('last'));
  });

  let isHanging = true;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await live(
    'continued-with-an-errand',
    {
      evaluate: byText({
        hello: (request) => wants(request, [], { forwards: ['away'] }),
        '/cherrypick r1': [{ kind: 'cherryPick', requester: 'alice', picks: [{ target: 'r1', chain: [] }] }],
      }),
      async forward() {
        if (isHanging) await released;
        return { status: 404 };
      },
    },
    async (actor) => {
      await actor.send(says('hello'));
      await eventually(() => actor.forwarded.length === 1, 'the forward hangs');
      const { runId } = await actor.handle.describe();
      isHanging = false;
      await actor.send(says('/cherrypick r1'));
      await eventually(() => actor.picked.length === 1, 'the cherry is picked');
      await actor.send(says('more'), says('and more'), says('and more'));
      await eventually(() => actor.forwarded.length > 1, 'the forward is begun again');
      await actor.handled(5);
      save('changeActor', { branch: 'continues-with-an-errand', workflowId: actor.handle.workflowId, runId });
    },
    { carried: { ...newActorState(0), maxEvents: 25 }, release: () => release() },
  );

  await live(
    'push-starts-postsubmit',
    { evaluate: byText({ push: [start('publish', 'postsubmit')] }) },
    async (actor) => {
      await send(actor, envelopeOf([pushEvent()]));
      const publish = await jobOf(actor);
      await actor.tell(changeOf(publish, { state: 'success', complete: true }));
      await settled(actor);
    },
    { kind: 'repo' },
  );

  await live(
    'statuses-and-end',
    { evaluate: (request) => wants(request, [], { forwards: ['cla'] }) },
    async (actor) => {
      const payload = { key: 'b/p', bytes: 3_000, sha256: 'x', headers: {} };
      await send(
        actor,
        envelopeOf([statusEvent('ci', 'success')]),
        envelopeOf([statusEvent('cla', 'success')], { payload }),
      );
      await env.passUntil(actor.handle.result(), 6 * 60 * minuteMs);
    },
    { kind: 'repo' },
  );
}
