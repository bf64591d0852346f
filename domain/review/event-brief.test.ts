import { describe, expect, test } from '@jest/globals';
import {
  commentEvent,
  envelopeOf,
  issueItem,
  pullEvent,
  pullItem,
  pushEvent,
  statusEvent,
} from '../../test/fixtures/envelopes.ts';
import { briefOf } from './event-brief.ts';
import type { ReviewHostEvent } from './events.ts';

const review: ReviewHostEvent = {
  kind: 'review',
  action: 'submitted',
  state: 'changes_requested',
  body: '',
  author: 'bob',
  authorType: 'User',
  url: '',
  sender: 'bob',
};

describe('the story of an event', () => {
  test.each<[string, ReviewHostEvent[]]>([
    ['/lgtm by alice', [commentEvent('well done\n/lgtm')]],
    ['/lgtm, /approve no-issue by alice', [commentEvent('/lgtm\n/approve no-issue')]],
    ['comment by alice', [commentEvent('well done')]],
    ['comment edited by alice', [{ ...commentEvent('/lgtm'), action: 'edited' }]],
    ['opened by carol', [pullEvent('opened'), { ...commentEvent(''), where: 'description' }]],
    ['opened by carol, /hold', [pullEvent('opened'), { ...commentEvent('text\n/hold'), where: 'description' }]],
    ['new commits by carol', [pullEvent('synchronize')]],
    ['labeled lgtm by carol', [{ ...pullEvent('labeled'), label: 'lgtm' }]],
    ['review requested by carol', [pullEvent('review_requested')]],
    ['review: changes requested by bob', [review]],
    ['/approve by bob', [review, { ...commentEvent('/approve'), author: 'bob', where: 'review' }]],
    ['status ci/unit: success', [statusEvent('ci/unit', 'success')]],
    ['push to main by alice', [pushEvent()]],
    ['forced push to main by alice', [pushEvent({ forced: true })]],
    ['tag v1 created by alice', [pushEvent({ ref: 'refs/tags/v1', created: true })]],
    ['fix deleted by alice', [pushEvent({ ref: 'refs/heads/fix', deleted: true })]],
  ])('%s', (story, events) => {
    expect(briefOf(envelopeOf(events, { item: pullItem() })).story).toBe(story);
  });

  test('of what only external plugins handle is in the words of the host', () => {
    const source = { event: 'workflow_run', action: 'completed' };

    expect(briefOf(envelopeOf([], { source })).story).toBe('workflow run completed');
  });

  test('is one line of at most 120 characters, whatever people write', () => {
    const { story } = briefOf(envelopeOf([commentEvent(`/label \u202e${'x'.repeat(90)}\n`.repeat(1000))]));

    expect(story).toHaveLength(120);
    expect(story).toMatch(/^\/label x{52}…, \/label /);
  });
});

test('the item is remembered without its texts', () => {
  const item = pullItem({ title: 'a\nb', body: 'long', author: 'carol' });

  expect(briefOf(envelopeOf([pullEvent('opened')], { item, labels: ['lgtm'] }))).toEqual({
    story: 'opened by carol',
    kinds: ['pull'],
    isPull: true,
    item: {
      title: 'a b',
      author: 'carol',
      state: 'open',
      merged: false,
      draft: false,
      headSha: 'c'.repeat(40),
      baseRef: 'main',
      url: item.url,
      labels: ['lgtm'],
    },
    brings: { state: 'open', draft: false, headSha: 'c'.repeat(40), baseRef: 'main' },
  });
});

test('what a comment does not say of its pull is left open', () => {
  const { pull: _pull, ...item } = pullItem();

  const brief = briefOf(envelopeOf([commentEvent('hello')], { item }));

  expect(brief).toMatchObject({ isPull: true, kinds: ['comment'] });
  expect(brief.item).toEqual({ title: 'mend the build', author: 'carol', state: 'open', url: item.url });
});

test('an issue is no pull', () => {
  expect(
    briefOf(envelopeOf([{ kind: 'issue', action: 'opened', sender: 'ann' }], { item: issueItem() })),
  ).toMatchObject({
    story: 'opened by ann',
    isPull: false,
  });
});

describe('what an event brings of the change, beside what it shows', () => {
  const shown = { state: 'open', draft: false, headSha: 'c'.repeat(40), baseRef: 'main' };
  const { draft, headSha, baseRef } = shown;

  test.each<[string, ReviewHostEvent, object | undefined]>([
    ['opened', pullEvent('opened'), shown],
    ['reopened', pullEvent('reopened'), shown],
    ['new commits', pullEvent('synchronize'), { headSha }],
    ['another base', { ...pullEvent('edited'), changes: { baseRef: 'old' } }, { baseRef }],
    ['another title', { ...pullEvent('edited'), changes: { title: 'old' } }, undefined],
    ['no draft any more', pullEvent('ready_for_review'), { draft }],
    ['a draft again', pullEvent('converted_to_draft'), { draft }],
    ['a label', pullEvent('labeled'), undefined],
    ['an action that is a name of something else', pullEvent('constructor'), undefined],
    ['a comment', commentEvent('/test all'), undefined],
    ['a review', review, undefined],
  ])('%s', (_name, event, brings) => {
    const brief = briefOf(envelopeOf([event], { item: pullItem() }));

    expect(brief.item).toMatchObject(shown);
    expect(brief.brings).toEqual(brings);
  });

  test('closed', () => {
    const brief = briefOf(envelopeOf([pullEvent('closed')], { item: pullItem({ state: 'closed' }) }));

    expect(brief.brings).toEqual({ state: 'closed' });
  });
});
