import { expect, test } from '@jest/globals';
import { changeJob } from '../../test/fixtures/change-jobs.ts';
import { commentEvent, envelopeOf } from '../../test/fixtures/envelopes.ts';
import { newActorState, type ActorState } from './actor-state.ts';
import { explain } from './explanation.ts';

const target = { kind: 'change' as const, host: 'forge', org: 'acme', repo: 'app', number: 7 };
const envelope = envelopeOf([commentEvent('/lgtm')]);

test('says what is known, what was done and when the end comes', () => {
  const state: ActorState = {
    ...newActorState(Date.parse('2026-01-01T00:00:00Z')),
    item: { title: 'mend', author: 'carol', state: 'closed', url: 'https://x', labels: ['lgtm'], headSha: 'c1' },
    jobs: [{ ...changeJob('unit', { name: 'n', state: 'success', complete: true, url: 'https://deck' }), heardAt: 1 }],
    stories: [{ at: '2026-01-01T00:00:00Z', story: '/lgtm by alice', did: ['add label lgtm'] }],
    failures: [{ at: '2026-01-01T00:00:00Z', story: 's', what: 'plugin wip', reason: 'r' }],
    handled: 4,
  };

  expect(explain(state, { target, reports: 0 })).toEqual({
    target,
    item: state.item,
    jobs: [
      {
        name: 'n',
        workflowId: expect.any(String),
        job: 'unit',
        type: 'presubmit',
        state: 'success',
        complete: true,
        startedAt: '2026-01-01T00:00:00Z',
        url: 'https://deck',
        context: 'ci/unit',
        sha: 'c'.repeat(40),
        optional: false,
      },
    ],
    stories: state.stories,
    failures: state.failures,
    waiting: { events: 0, reports: 0, again: [], errands: [] },
    handled: 4,
    endsAt: '2026-01-01T00:10:00.000Z',
  });
});

test('says what is waited for, in words', () => {
  const state: ActorState = {
    ...newActorState(0),
    inbox: [envelopeOf([commentEvent('under way')]), envelope],
    again: [
      { envelope, story: 'opened by carol', at: 5_000, plugin: 'needs-rebase', count: 0 },
      { envelope, story: '/lgtm by alice', at: 60_000, count: 1 },
    ],
    errands: [
      { kind: 'forward', envelope, plugin: 'refresh', story: '/lgtm by alice' },
      {
        kind: 'cherryPick',
        envelope,
        effect: { kind: 'cherryPick', requester: 'alice', picks: [{ target: 'r1', chain: [] }] },
        key: 'k',
        story: '',
      },
      { kind: 'abort', jobs: [{ workflowId: 'w', name: 'n', job: 'unit' }], description: '' },
    ],
  };

  const explained = explain(state, { target, doing: 'evaluate: comment by bob', reports: 2, isFirstUnderWay: true });

  expect(explained).toMatchObject({ doing: 'evaluate: comment by bob' });
  expect(explained).not.toHaveProperty('endsAt');
  expect(explained.waiting).toEqual({
    events: 1,
    reports: 2,
    again: [
      { what: 'opened by carol, for needs-rebase', at: '1970-01-01T00:00:05.000Z' },
      { what: '/lgtm by alice, which failed', at: '1970-01-01T00:01:00.000Z' },
    ],
    errands: ['forward /lgtm by alice to refresh', 'cherry-pick to r1', 'abort older runs of unit'],
  });
});
