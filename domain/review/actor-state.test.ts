import { describe, expect, test } from '@jest/globals';
import { changeJob } from '../../test/fixtures/change-jobs.ts';
import { activeJobsOf, actorStateFrom, newActorState } from './actor-state.ts';

const carried = {
  v: 1,
  seen: ['forge:d1'],
  inbox: [],
  labelled: [],
  jobs: [],
  again: [],
  errands: [],
  stories: [{ at: '2026-01-01T00:00:00Z', story: '/lgtm by alice', did: ['add label lgtm'] }],
  failures: [],
  activeAt: 5,
  handled: 3,
};

describe('the state that a run begins with', () => {
  test.each([undefined, null])('without an earlier run (%p) nothing is known', (nothing) => {
    expect(actorStateFrom(nothing, 1_000)).toEqual(newActorState(1_000));
  });

  test('is what version 1 has carried over', () => {
    expect(actorStateFrom(carried, 1_000)).toEqual(carried);
  });

  test('has what an earlier release did not know yet', () => {
    const { labelled: _labelled, errands: _errands, ...older } = carried;

    expect(actorStateFrom(older, 1_000)).toEqual(carried);
  });

  test.each([[{ ...carried, v: 2 }], [{}], ['state'], [7]])(
    'is not guessed at where it is of a later version, or none: %j',
    (later) => {
      expect(() => actorStateFrom(later, 1_000)).toThrow('does not know a state of version');
    },
  );
});

test('plugins are told of the jobs that go on', () => {
  const heard = { heardAt: 1 };
  const jobs = [
    { ...changeJob('unit', { name: 'a', state: 'pending' }), ...heard },
    { ...changeJob('unit', { name: 'b' }), ...heard, superseded: true as const },
    { ...changeJob('e2e', { name: 'c', state: 'success', complete: true }), ...heard },
    { ...changeJob('lint', { name: 'd', state: 'aborted' }), ...heard },
  ];

  expect(activeJobsOf({ jobs })).toEqual([
    { name: 'a', job: 'unit', type: 'presubmit', state: 'pending' },
    { name: 'd', job: 'lint', type: 'presubmit', state: 'aborted' },
  ]);
});
