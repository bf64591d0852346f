import { expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const opened = { type: 'pull_request', action: 'opened' };

test('119: a conflict that another merge brought is found at the next comment', async () => {
  expect(await runPlugin('needs-rebase', { ...says('hello'), item: { mergeable: false } })).toEqual({
    labelsAdded: ['needs-rebase'],
    commentsCreated: [expect.objectContaining({ fragment: 'needs-rebase' })],
  });
});

test('label and notice go when it can be merged', async () => {
  const written = await runPlugin('needs-rebase', {
    event: opened,
    item: { mergeable: true },
    state: { labels: ['needs-rebase'], comments: [{ id: 4, author: 'k8s-ci-robot', body: 'PR needs rebase.' }] },
  });

  expect(written).toEqual({ labelsRemoved: ['needs-rebase'], commentsDeleted: [4] });
});

test('Dependabot is told in other words', async () => {
  const written = await runPlugin('needs-rebase', {
    event: opened,
    item: { mergeable: false, author: 'dependabot[bot]' },
  });

  expect(written).toEqual({
    labelsAdded: ['needs-rebase'],
    commentsCreated: [expect.not.objectContaining({ fragment: 'needs-rebase' })],
  });
});

test('closed pulls and issues are left alone', async () => {
  expect(await runPlugin('needs-rebase', { event: opened, item: { mergeable: false, state: 'closed' } })).toEqual({});
  expect(await runPlugin('needs-rebase', { ...says('x'), item: { isPR: false, mergeable: false } })).toEqual({});
});
