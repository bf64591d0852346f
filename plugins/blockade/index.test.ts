import { expect, test } from '@jest/globals';
import { runPlugin } from '../../test/harness/plugin-case.ts';

const label = 'do-not-merge/blocked-paths';
const config = {
  blockades: [{ repos: ['o/r'], blockregexps: ['^vendor/'], exceptionregexps: ['README'], explanation: 'Ask first' }],
};
const notice = `Adding label \`${label}\` because the pull request changes files that are protected.`;
const run = (paths: string[], action = 'synchronize', labels: string[] = []) =>
  runPlugin('blockade', {
    config,
    item: { files: paths.map((path) => ({ path, status: 'modified', additions: 1, deletions: 0 })) },
    state: { labels, comments: [{ id: 1, author: 'k8s-ci-robot', body: `@author1: ${notice}` }] },
    event: { type: 'pull_request', action },
  });

test('a protected file is marked and explained', async () => {
  expect(await run(['vendor/x.go', 'y'])).toEqual({
    labelsAdded: [label],
    commentsCreated: [expect.objectContaining({ kind: 'reply', to: 'author1' })],
  });
});

test('exceptions are not protected', async () => {
  expect(await run(['vendor/README.md'])).toEqual({});
});

test('what is marked already is not marked again', async () => {
  expect(await run(['vendor/x.go'], 'synchronize', [label])).toEqual({});
});

test('124: label and notice go with the push that leaves the files alone, and not before', async () => {
  expect(await run(['y'], 'synchronize', [label])).toEqual({ labelsRemoved: [label], commentsDeleted: [1] });
  expect(await run(['y'], 'edited', [label])).toEqual({});
});
