import { describe, expect, test } from '@jest/globals';
import { runPlugin } from '../../test/harness/plugin-case.ts';
import { mergeMethod } from '../../rules/merge-method.ts';
import type { MainConfig } from '../../domain/main-config.ts';

const commits = [1, 2].map((n) => ({ sha: String(n), message: 'm' }));
const opened = { type: 'pull_request', action: 'opened' };

test('several commits are told how they will be merged', async () => {
  const prow = { tide: { merge_method: { 'o/r': 'squash' }, merge_label: 'tide/merge' } };

  expect(await runPlugin('merge-method-comment', { prow, item: { commits }, event: opened })).toEqual({
    commentsCreated: [expect.objectContaining({ kind: 'simple' })],
  });
});

test('once', async () => {
  const body = 'This pull request has several commits; by default it is merged by: rebase.';
  const written = await runPlugin('merge-method-comment', {
    prow: { tide: { merge_method: { o: 'rebase' } } },
    item: { commits },
    state: { comments: [{ id: 1, author: 'k8s-ci-robot', body }] },
    event: opened,
  });

  expect(written).toEqual({});
});

test('a single commit is not', async () => {
  expect(await runPlugin('merge-method-comment', { item: { commits: commits.slice(1) }, event: opened })).toEqual({});
});

describe('the method', () => {
  const method = (merge_method: object, branch = '') =>
    mergeMethod({ tide: { merge_method } } as unknown as MainConfig, 'o', 'r', branch);

  test.each([
    ['merge by default', {}, '', 'merge'],
    ['of the organisation', { o: 'squash' }, '', 'squash'],
    ['of any repository of it', { o: { '*': 'squash' } }, '', 'squash'],
    ['of the repository in it', { o: { r: 'rebase', '*': 'squash' } }, '', 'rebase'],
    ['of the repository by its short name', { o: { r: 'rebase' }, 'o/r': 'squash' }, '', 'squash'],
    ['of a branch by expression', { o: { r: { 'ma(ster|in)': 'rebase' } }, 'o/r': 'squash' }, 'main', 'rebase'],
    ['of a branch by its short name', { o: { r: { main: 'rebase' } }, 'o/r@main': 'squash' }, 'main', 'squash'],
  ])('%s', (_name, methods, branch, expected) => {
    expect(method(methods, branch)).toBe(expected);
  });
});
