import { describe, expect, test } from '@jest/globals';
import { commentEvent, envelopeOf, issueItem, pullEvent, pullItem, pushEvent } from '../../test/fixtures/envelopes.ts';
import { needsResolving } from './default-wants.ts';
import type { ReviewHostEvent } from './events.ts';

const review: ReviewHostEvent = {
  kind: 'review',
  action: 'submitted',
  state: 'approved',
  body: '',
  author: 'bob',
  authorType: 'User',
  url: '',
  sender: 'bob',
};
const status: ReviewHostEvent = {
  kind: 'status',
  sha: 'a1',
  context: 'ci',
  state: 'success',
  description: '',
  sender: 'ci',
};
const issue: ReviewHostEvent = { kind: 'issue', action: 'opened', sender: 'ann' };

describe('an event on a pull', () => {
  test.each<[string, ReviewHostEvent, boolean]>([
    ['opened', pullEvent('opened'), true],
    ['new commits', pullEvent('synchronize'), true],
    ['another base branch', { ...pullEvent('edited'), changes: { baseRef: 'main' } }, true],
    ['another title', { ...pullEvent('edited'), changes: { title: 'old' } }, false],
    ['a label', { ...pullEvent('labeled'), label: 'lgtm' }, false],
    ['closed', pullEvent('closed'), false],
    ['an action that nobody knows', pullEvent('teleported'), false],
    ['a command', commentEvent('/approve'), true],
    ['a command that nobody knows', commentEvent('/lgtmx'), true],
    ['a command in an edited text', { ...commentEvent('/approve'), action: 'edited' }, true],
    ['a command that was deleted', { ...commentEvent('/approve'), action: 'deleted' }, false],
    ['a command about a label', commentEvent('/LGTM'), false],
    ['one with words behind it', commentEvent('/hold cancel, please'), false],
    ['one that takes a label off', commentEvent('/remove-kind bug'), false],
    ['one about a person', commentEvent(' /assign\t@bob'), false],
    ['such a command and another', commentEvent('/lgtm\n/test all'), true],
    ['a text without command', commentEvent('thank you'), false],
    ['a review', review, true],
    ['a status', status, false],
  ])('%s: %j', (_name, event, expected) => {
    expect(needsResolving(envelopeOf([event], { item: pullItem() }))).toBe(expected);
  });
});

test.each<[string, ReviewHostEvent]>([
  ['opened', issue],
  ['a command', commentEvent('/close')],
])('an event on an issue is complete: %s', (_name, event) => {
  expect(needsResolving(envelopeOf([event], { item: issueItem() }))).toBe(false);
});

test.each<[string, ReviewHostEvent[], boolean]>([
  ['a status', [status], false],
  ['a push', [pushEvent()], true],
  ['a branch that was deleted', [{ ...pushEvent(), deleted: true }], false],
  ['what only external plugins know', [], false],
  ['an event about an item that the host did not send', [commentEvent('hello')], true],
])('an event without item: %s', (_name, events, expected) => {
  expect(needsResolving(envelopeOf(events))).toBe(expected);
});

test('an envelope that lies in storage is always resolved', () => {
  const stored = { key: 'b/k', bytes: 4000, sha256: 'x' };

  expect(needsResolving(envelopeOf([], { stored }))).toBe(true);
});
