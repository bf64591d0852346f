import { describe, expect, test } from '@jest/globals';
import { wantedEffects } from '../../test/golden/plugins/evaluate.ts';
import { runPlugin, says, type GivenCase } from '../../test/harness/plugin-case.ts';

const owners = {
  OWNERS: 'approvers: [rootie]',
  'a/OWNERS': 'approvers: [alice, bob]',
  'd/OWNERS': 'approvers: [dora]\noptions: {no_parent_owners: true}',
  'e/OWNERS': 'approvers: [eve]\noptions: {auto_approve_unowned_subfolders: true}',
};
const byBot = [{ label: 'approved', actor: 'k8s-ci-robot' }];
const opened: GivenCase['event'] = { type: 'pull_request', action: 'opened' };
const pushed: GivenCase['event'] = { type: 'pull_request', action: 'synchronize' };

interface Given extends GivenCase {
  paths?: string[];
  options?: Record<string, unknown>;
}

async function approve({ paths = ['a/x.go'], options = {}, ...given }: Given) {
  const written = await runPlugin('approve', {
    ...given,
    item: { ...given.item, files: paths.map((path) => ({ path, status: 'modified', additions: 1, deletions: 0 })) },
    state: { baseFiles: owners, ...given.state },
    config: { owners: { skip_collaborators: ['o/r'], mdyamlrepos: [] }, approve: [{ repos: ['o'], ...options }] },
  });
  const { commentsCreated: comments = [], ...others } = written as { commentsCreated?: Record<string, unknown>[] };
  return { comment: comments[0], comments: comments.length, labelled: 'labelsAdded' in others, ...others };
}

const review = (reviewState: string, body: string, action = 'submitted'): GivenCase => ({
  event: { type: 'pull_request_review', action, author: 'bob', reviewState, body },
});

describe('spec plugins-review.md E, approve', () => {
  test.each<[string, Given, boolean]>([
    ['31: the author is an approver', { event: opened, item: { author: 'alice' } }, true],
    [
      '32: but has to say so',
      { event: opened, item: { author: 'alice', body: '/approve' }, options: { require_self_approval: true } },
      false,
    ],
    [
      '32: in a comment',
      { ...says('/approve', 'alice'), item: { author: 'alice' }, options: { require_self_approval: true } },
      true,
    ],
    ['33: somebody in no OWNERS file', says('/approve', 'stranger'), false],
    ['34: a root file, and an approver of a', { ...says('/approve', 'bob'), paths: ['README.md', 'a/x.go'] }, false],
    ['34: the root approver', { ...says('/approve', 'rootie'), paths: ['README.md', 'a/x.go'] }, true],
    ['35: a directory without parents', { ...says('/approve', 'rootie'), paths: ['README.md', 'd/x.go'] }, false],
    ['36: an approving review that cancels', review('APPROVED', '/approve cancel'), false],
    ['36: a review that requests changes, and approves', review('CHANGES_REQUESTED', '/approve'), true],
    [
      '38: no-issue stays',
      {
        ...says('/approve', 'bob'),
        state: { comments: [{ id: 1, author: 'bob', body: '/approve no-issue' }] },
        options: { issue_required: true },
      },
      true,
    ],
    [
      '38: until the approval is taken back',
      {
        ...says('/approve cancel\n/approve', 'bob'),
        state: { comments: [{ id: 1, author: 'bob', body: '/approve no-issue' }] },
        options: { issue_required: true },
      },
      false,
    ],
    [
      '39: an issue that is mentioned',
      { ...says('/approve', 'bob'), item: { body: 'see #5' }, options: { issue_required: true } },
      true,
    ],
    ['40: /lgtm beside /approve cancel', says('/approve cancel\n/lgtm', 'bob'), true],
    ['46: a root that frees all', { event: opened, paths: ['README.md'], state: freeRoot() }, true],
    ['47: a new folder', { event: opened, paths: ['e/new/f.go'] }, true],
    ['47: beside the OWNERS file', { event: opened, paths: ['e/f.go'] }, false],
    ['49: a bot that is named', { ...says('/approve', 'dep'), state: botOwner([]) }, true],
    [
      '49: a bot that has reviewed',
      { ...says('/approve', 'dep'), state: botOwner([{ author: 'dep', type: 'Bot' as const, state: 'COMMENTED' }]) },
      false,
    ],
    ['51: CRLF', says('/approve\r\n/lgtm\r\n', 'bob'), true],
    ['no changed files', { ...says('/approve', 'rootie'), paths: [] }, false],
  ])('%s', async (_name, given, isApproved) => {
    const { comment, labelled } = await approve(given);

    expect({ approved: comment?.['approved'], labelled }).toEqual({ approved: isApproved, labelled: isApproved });
  });

  test('33: everybody who says so is listed', async () => {
    const { comment } = await approve(says('/approve', 'Stranger'));

    expect(comment).toMatchObject({ approvedBy: [{ login: 'author1' }, { login: 'Stranger', how: 'Approved' }] });
  });

  test('34, 35: files are listed only where nobody above them covers them', async () => {
    const paths = ['README.md', 'a/x.go', 'd/x.go'];

    const { comment } = await approve({ ...says('/approve', 'rootie'), paths });

    expect(comment).toMatchObject({
      owners: [
        { path: 'OWNERS', approved: true, approvers: ['rootie'] },
        { path: 'd/OWNERS', approved: false },
      ],
      ccLinks: ['dora'],
      metaApprovers: ['dora'],
    });
  });

  test('37: a dismissed review no longer approves, an earlier comment does', async () => {
    const reviews = [{ author: 'bob', state: 'DISMISSED' }];
    const comments = [{ id: 1, author: 'bob', body: '/approve' }];
    const state = { reviews, labels: ['approved'], labelEvents: byBot };
    const given = review('DISMISSED', '', 'dismissed');

    expect(await approve({ ...given, state })).toMatchObject({ labelsRemoved: ['approved'] });
    expect(await approve({ ...given, state: { ...state, comments } })).not.toHaveProperty('labelsRemoved');
    expect(await approve({ ...review('DISMISSED', '/approve', 'dismissed'), state })).toMatchObject({ comments: 0 });
  });

  test('41: /lgtm cancel with more words takes the approval back', async () => {
    const comments = [{ id: 1, author: 'bob', body: '/lgtm' }];
    const state = { comments, labels: ['approved'], labelEvents: byBot };

    expect(
      await approve({ ...says('/lgtm cancel because flaky', 'bob'), state, options: { lgtm_acts_as_approve: true } }),
    ).toMatchObject({ labelsRemoved: ['approved'] });
  });

  test('42: a push that adds files takes the label, and replaces the comment', async () => {
    const comments = [
      { id: 1, author: 'bob', body: '/approve' },
      { id: 2, author: 'k8s-ci-robot', body: '[APPROVALNOTIFIER] This PR is **APPROVED**\n\nold' },
    ];
    const state = { comments, labels: ['approved'], labelEvents: byBot };

    expect(await approve({ event: pushed, paths: ['a/x.go', 'd/x.go'], state })).toMatchObject({
      labelsRemoved: ['approved'],
      commentsDeleted: [2],
      comment: { approved: false },
    });
  });

  test.each<[string, string | undefined, boolean]>([
    ['44: somebody', 'col1', true],
    ['45: another bot', 'other-bot', true],
    ['we ourselves', 'k8s-ci-robot', false],
    ['nobody known', undefined, false],
  ])('%s put the label', async (_name, actor, holds) => {
    const state = { labels: ['approved'], labelEvents: [{ label: 'approved', ...(actor && { actor }) }] };

    const written = await approve({ event: pushed, state });

    expect(written.comment).toMatchObject({ approved: holds });
    expect('labelsRemoved' in written).toBe(!holds);
  });

  test.each<[string, GivenCase]>([
    ['50: an edited pull', { event: { type: 'pull_request', action: 'edited' } }],
    ['48: a deleted comment', { event: { action: 'deleted', body: '/approve', author: 'bob' } }],
    ['a closed pull', { ...says('/approve', 'bob'), item: { state: 'closed' } }],
    ['/lgtm alone', says('/lgtm', 'bob')],
    ['our own words', says('/approve', 'k8s-ci-robot')],
    [
      'our own label',
      { event: { type: 'pull_request', action: 'labeled', label: 'approved', sender: 'k8s-ci-robot' } },
    ],
  ])('%s changes nothing', async (_name, given) => {
    expect(await approve(given)).toEqual({ comments: 0, labelled: false });
  });
});

test('43: what has been said already is not said again', async () => {
  const files = [{ path: 'a/x.go', status: 'modified', additions: 1, deletions: 0 }];
  const item = { isPR: true, number: 5, title: 't', body: '', author: 'author1', files };
  const state = { baseFiles: owners, collaborators: ['alice', 'bob'], item };
  const effects = await wantedEffects({
    plugin: 'approve',
    name: 'first',
    state,
    event: { ...opened, type: 'pull_request' },
    effects: {},
  });
  const body = effects.flatMap((effect) => (effect.kind === 'comment' ? [effect.body] : []))[0] ?? '';
  const comments = [{ id: 1, author: 'k8s-ci-robot', body: `${body}\n<!-- bowsprit:x -->` }];

  expect(body).toContain('[APPROVALNOTIFIER]');
  expect(await runPlugin('approve', { item, state: { ...state, comments }, event: pushed })).toEqual({});
});

test('a description with a command makes one comment, not two', async () => {
  expect(await approve({ event: opened, item: { body: '/approve' } })).toMatchObject({ comments: 1 });
});

function freeRoot() {
  return { baseFiles: { OWNERS: 'approvers: [rootie]\noptions: {auto_approve_unowned_subfolders: true}' } };
}

function botOwner(reviews: { author: string; type: 'Bot'; state: string }[]) {
  return { baseFiles: { OWNERS: 'approvers: [dep]' }, reviews };
}
