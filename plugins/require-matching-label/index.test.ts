import { expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const config = {
  require_matching_label: [
    { org: 'o', issues: true, prs: true, regexp: '^sig/', missing_label: 'needs-sig', missing_comment: 'SIG?' },
  ],
};
const issue = { isPR: false };
const asked = { labelsAdded: ['needs-sig'], commentsCreated: [expect.objectContaining({ kind: 'simple' })] };

test('110: an issue without a label gets one, with a comment, once it had its time', async () => {
  const opened = { type: 'issues', action: 'opened' };

  expect(await runPlugin('require-matching-label', { config, item: issue, event: opened })).toEqual(asked);
  const labels = ['sig/node'];
  expect(await runPlugin('require-matching-label', { config, item: issue, event: opened, state: { labels } })).toEqual(
    {},
  );
});

test('110: both go when the label comes', async () => {
  const written = await runPlugin('require-matching-label', {
    config,
    item: issue,
    state: { labels: ['sig/node', 'needs-sig'], comments: [{ id: 1, author: 'k8s-ci-robot', body: 'SIG?' }] },
    event: { type: 'issues', action: 'labeled', label: 'sig/node' },
  });

  expect(written).toEqual({ labelsRemoved: ['needs-sig'], commentsDeleted: [1] });
});

test('111: who takes it off by hand is not contradicted, but the command looks again', async () => {
  const unlabeled = { type: 'issues', action: 'unlabeled', label: 'needs-sig' };

  expect(await runPlugin('require-matching-label', { config, item: issue, event: unlabeled })).toEqual({});
  expect(await runPlugin('require-matching-label', { ...says('/check-required-labels'), config })).toEqual(asked);
});
