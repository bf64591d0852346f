import { describe, expect, test } from '@jest/globals';
import { changeJob } from '../../test/fixtures/change-jobs.ts';
import { commentEvent, envelopeOf } from '../../test/fixtures/envelopes.ts';
import { endsAt, isQuiet } from './actor-life.ts';
import { newActorState, type ActorState } from './actor-state.ts';

const envelope = envelopeOf([commentEvent('hello')]);
const item = { title: 't', author: 'carol', url: '' };

test.each<[string, Partial<ActorState>, boolean]>([
  ['nothing is left', {}, true],
  ['a job has ended', { jobs: [{ ...changeJob('unit', { complete: true }), heardAt: 0 }] }, true],
  ['a job goes on', { jobs: [{ ...changeJob('unit'), heardAt: 0 }] }, false],
  ['a superseded job has not ended yet', { jobs: [{ ...changeJob('unit'), heardAt: 0, superseded: true }] }, false],
  ['an event waits', { inbox: [envelope] }, false],
  ['a plugin will look again', { again: [{ envelope, story: '', at: 1, plugin: 'wip', count: 0 }] }, false],
  ['an errand is under way', { errands: [{ kind: 'forward', envelope, plugin: 'x', story: '' }] }, false],
  ['reports wait for the host', { reportsHeld: { tries: 1, at: 5 } }, false],
])('quiet, when %s: %j', (_name, change, expected) => {
  expect(isQuiet({ ...newActorState(0), ...change })).toBe(expected);
});

describe('the end comes', () => {
  test('ten minutes after the last event of a closed change', () => {
    expect(endsAt({ activeAt: 1_000, item: { ...item, state: 'closed' } })).toBe(601_000);
  });

  test.each([{ ...item, state: 'open' as const }, undefined])('eight days after that of anything else: %j', (open) => {
    expect(endsAt({ activeAt: 1_000, ...(open && { item: open }) })).toBe(691_201_000);
  });
});
