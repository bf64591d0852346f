import { describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { runPlugin, says, type GivenCase } from '../../test/harness/plugin-case.ts';
import { isSticky } from './sticky.ts';
import { approvedTree } from './notices.ts';

const on = { labels: ['lgtm'] };
const bot = 'k8s-ci-robot';
const treeNotice = (tree: string) => `LGTM label has been added.  <details>Git tree hash: ${tree}</details>`;
const notice = 'New changes are detected. LGTM label has been removed.';
const storing = { lgtm: [{ repos: ['o'], store_tree_hash: true }] };
const push: GivenCase['event'] = { type: 'pull_request', action: 'synchronize' };
const lgtm = (given: GivenCase) => runPlugin('lgtm', given);

describe('spec plugins-review.md E', () => {
  test.each<[string, GivenCase, Record<string, unknown>]>([
    ['52: the author cancels', { ...says('/lgtm cancel', 'author1'), state: on }, { labelsRemoved: ['lgtm'] }],
    [
      '53: adding wins',
      { ...says('/lgtm cancel\n/lgtm', 'col1'), item: { assignees: ['col1'] } },
      { labelsAdded: ['lgtm'] },
    ],
    ['55: assigned, and labelled', says('/lgtm', 'col1'), { assigned: ['col1'], labelsAdded: ['lgtm'] }],
    ['55: assigned only', { ...says('/lgtm', 'col1'), state: on }, { assigned: ['col1'] }],
    ['58: a push without the label', { event: push }, {}],
    ['19: a command in a review', review('commented', '/lgtm'), { assigned: ['col1'], labelsAdded: ['lgtm'] }],
    [
      '59: a command in an approving review',
      {
        ...review('approved', '/lgtm cancel'),
        state: on,
        config: { lgtm: [{ repos: ['o/r'], review_acts_as_lgtm: true }] },
      },
      { assigned: ['col1'], labelsRemoved: ['lgtm'] },
    ],
  ])('%s', async (_name, given, written) => {
    expect(await lgtm({ ...given, state: { collaborators: ['col1'], ...given.state } })).toEqual(written);
  });

  test.each<[string, GivenCase, string]>([
    ['52: the author adds', says('/lgtm', 'author1'), 'author1'],
    ['54: an assignee who is no collaborator', { ...says('/lgtm'), item: { assignees: ['rando'] } }, 'rando'],
  ])('%s: refused by an answer', async (_name, given, to) => {
    expect(await lgtm(given)).toEqual({ commentsCreated: [expect.objectContaining({ kind: 'reply', to })] });
  });

  test('56: where collaborators are not asked for, a reviewer of one directory is enough', async () => {
    const written = await lgtm({
      ...says('/lgtm', 'Ra'),
      item: { files: ['a/x', 'b/y'].map((path) => ({ path, status: 'modified', additions: 1, deletions: 0 })) },
      config: { owners: { skip_collaborators: ['o'] } },
      state: { baseFiles: { 'a/OWNERS': 'reviewers: [ra]', 'b/OWNERS': 'approvers: [pb]' } },
    });

    expect(written).toEqual({ labelsAdded: ['lgtm'] });
  });

  test('57: a push that leaves the tree as it was keeps the label', async () => {
    const comments = [
      { id: 1, author: bot, body: treeNotice('t1') },
      { id: 2, author: bot, body: treeNotice('t2'), edited: true },
    ];

    expect(await lgtm({ event: push, config: storing, item: { headTree: 't1' }, state: { ...on, comments } })).toEqual(
      {},
    );
  });

  test('57: after an edited notice the label goes, and the assignees are asked again', async () => {
    const comments = [{ id: 1, author: bot, body: treeNotice('t1'), edited: true }];
    const item = { headTree: 't1', assignees: ['col1'] };

    expect(await lgtm({ event: push, config: storing, item, state: { ...on, comments } })).toEqual({
      labelsRemoved: ['lgtm'],
      reviewersRequested: ['col1'],
      commentsCreated: [expect.objectContaining({ fragment: 'lgtm-removed' })],
    });
  });
});

test('a tree that our answer quotes is not one that we vouch for', () => {
  const comments = [{ ...aComment, body: `@mallory: no.\n\n<details>\n\n>${treeNotice('evil')}\n</details>` }];

  expect(approvedTree({ login: bot, isApp: false }, comments)).toBeUndefined();
});

test('a new label takes the notice of its removal away, and cancelling the notice of the tree', async () => {
  const comments = [
    { id: 1, author: bot, body: notice },
    { id: 2, author: 'col1', body: notice },
    { id: 3, author: bot, body: treeNotice('t1') },
  ];
  const given = { item: { assignees: ['col1'], headTree: 't1' }, config: storing };

  expect(await lgtm({ ...given, ...says('/lgtm', 'col1'), state: { comments } })).toMatchObject({
    commentsDeleted: [1],
  });
  expect(await lgtm({ ...given, ...says('/lgtm cancel', 'col1'), state: { ...on, comments } })).toMatchObject({
    commentsDeleted: [3],
  });
});

test('an assignee who cannot be asked for a review is a failure of the plugin', async () => {
  const item = { assignees: ['author1'], headTree: 't1' };

  expect(await lgtm({ event: push, config: storing, item, state: on })).toMatchObject({
    labelsRemoved: ['lgtm'],
    error: true,
  });
});

describe('the team whose label sticks', () => {
  const options = {
    repos: [],
    review_acts_as_lgtm: false,
    store_tree_hash: false,
    trusted_team_for_sticky_lgtm: 'Team',
  };
  const failing = (type: string) =>
    ({
      item: { author: 'a' },
      host: { teamMembersByName: () => Promise.reject(ApplicationFailure.create({ type })) },
    }) as never;

  test('is asked for again while the host is away', async () => {
    await expect(isSticky(options, failing('HostUnavailable'))).rejects.toMatchObject({ type: 'HostUnavailable' });
  });

  test('has nobody where it may not be read', async () => {
    expect(await isSticky(options, failing('HostForbidden'))).toBe(false);
  });
});

function review(reviewState: string, body: string): GivenCase {
  return { event: { type: 'pull_request_review', action: 'submitted', author: 'col1', reviewState, body } };
}

const aComment = {
  id: 1,
  author: bot,
  authorType: 'User' as const,
  url: '',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
};
