import { expect, test } from '@jest/globals';
import { changeJob } from '../../test/fixtures/change-jobs.ts';
import { commentEvent, envelopeOf } from '../../test/fixtures/envelopes.ts';
import { newActorState, type ActorState } from '../../domain/review/actor-state.ts';
import { explain } from '../../domain/review/explanation.ts';
import { describeActor } from './story.ts';

const target = { kind: 'change' as const, host: 'forge', org: 'acme', repo: 'app', number: 7 };
const hostile = '`x` *b* <img src=x> [l](http://evil) | # @all';

const full: ActorState = {
  ...newActorState(0),
  item: {
    title: 'mend the build',
    author: 'carol',
    state: 'open',
    draft: true,
    headSha: 'c'.repeat(40),
    baseRef: 'main',
    url: 'https://forge.example/acme/app/pull/7',
    labels: ['lgtm', 'size/S'],
  },
  jobs: [
    {
      ...changeJob('unit', { state: 'success', complete: true, url: 'https://deck/1', description: 'Job succeeded.' }),
      heardAt: 0,
    },
    { ...changeJob('e2e', { state: 'pending' }), heardAt: 0, superseded: true },
  ],
  stories: [
    { at: '', story: '/lgtm by alice', did: ['add label lgtm'] },
    { at: '', story: 'comment by bob', did: [] },
  ],
  failures: [{ at: '', story: '/lgtm by alice', what: 'comment', reason: 'the host is away' }],
  again: [{ envelope: envelopeOf([commentEvent('')]), story: 'opened by carol', at: 5_000, plugin: 'wip', count: 0 }],
};

test('tells the change, its jobs, what was done, what is waited for and what failed', () => {
  expect(describeActor(explain(full, { target, reports: 1, doing: 'evaluate: comment by bob' }))).toBe(
    [
      '**[acme/app\\#7](https://forge.example/acme/app/pull/7)** mend the build',
      'open, draft, by carol, head `cccccccccccc`, into `main`',
      'Labels: `lgtm` `size/S`',
      '',
      'Jobs',
      '- [`ci/unit`](https://deck/1): success, Job succeeded.',
      '- `ci/e2e`: pending, a newer run has begun',
      '',
      'Latest events',
      '- /lgtm by alice → add label lgtm',
      '- comment by bob → nothing',
      '',
      'Waiting',
      '- evaluate: comment by bob',
      '- 1 statuses to be written',
      '- opened by carol, for wip, again at 1970-01-01T00:00:05.000Z',
      '',
      'Failures',
      '- comment (/lgtm by alice): the host is away',
    ].join('\n'),
  );
});

test('of an actor that has nothing to do is short', () => {
  expect(describeActor(explain(newActorState(0), { target: { ...target, kind: 'repo' }, reports: 0 }))).toBe(
    '**acme/app**\n\nEnds at 1970-01-09T00:00:00.000Z unless something happens.',
  );
});

test('texts of people are shown as they are, and format nothing', () => {
  const told = describeActor(
    explain(
      {
        ...full,
        item: {
          title: hostile,
          author: hostile,
          state: 'open',
          url: 'javascript:alert(1)',
          labels: [hostile],
          baseRef: hostile,
        },
        jobs: [{ ...changeJob(hostile, { url: 'javascript:x', description: hostile }), heardAt: 0 }],
        stories: [{ at: '', story: hostile, did: [hostile] }],
        failures: [{ at: '', story: hostile, what: hostile, reason: hostile }],
      },
      { target, reports: 0 },
    ),
  );

  const outside = told.replaceAll(/`[^`]*`/g, '');
  expect(outside).not.toMatch(/(?<!\\)[[\]`<#@|]|javascript/);
});
