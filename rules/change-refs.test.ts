import { describe, expect, test } from '@jest/globals';
import type { PushEvent } from '../domain/review/events.ts';
import type { Item, PullDetails } from '../domain/review/item.ts';
import { refsOfPull, refsOfPush } from './change-refs.ts';

const repo = { org: 'acme', repo: 'app' };

const pull = (change: Partial<Item> = {}): Item & { pull: PullDetails } => ({
  isPull: true,
  number: 5,
  title: 'Add frobnicator',
  body: '',
  author: 'ann',
  authorType: 'User',
  state: 'open',
  url: 'https://github.com/acme/app/pull/5',
  assignees: [],
  ...change,
  pull: {
    draft: false,
    merged: false,
    requestedReviewers: [],
    base: { ref: 'main', sha: 'old' },
    head: { ref: 'topic', sha: 'head' },
  },
});

const push = (change: Partial<PushEvent> = {}): PushEvent => ({
  kind: 'push',
  sender: 'ann',
  ref: 'refs/heads/main',
  before: 'a',
  after: 'b',
  created: false,
  deleted: false,
  forced: false,
  compareUrl: 'https://github.com/acme/app/compare/a...b',
  files: { added: [], removed: [], modified: [] },
  filesComplete: true,
  ...change,
});

describe('4.1: refs of a pull', () => {
  test('have links to all that they name, and the base as it is now', () => {
    expect(refsOfPull(repo, pull(), 'base')).toEqual({
      org: 'acme',
      repo: 'app',
      repo_link: 'https://github.com/acme/app',
      base_ref: 'main',
      base_sha: 'base',
      base_link: 'https://github.com/acme/app/commit/base',
      pulls: [
        {
          number: 5,
          author: 'ann',
          sha: 'head',
          title: 'Add frobnicator',
          head_ref: 'topic',
          link: 'https://github.com/acme/app/pull/5',
          commit_link: 'https://github.com/acme/app/pull/5/commits/head',
          author_link: 'https://github.com/ann',
        },
      ],
    });
  });

  test.each([
    ['of an Enterprise host', 'https://ghe.corp:8443/acme/app/pull/5', 'ann', 'https://ghe.corp:8443/ann'],
    ['of an App', 'https://github.com/acme/app/pull/5', 'robot[bot]', 'https://github.com/apps/robot'],
  ])('the author %s', (_name, url, author, link) => {
    const [one] = refsOfPull(repo, pull({ url, author }), 'base').pulls ?? [];

    expect(one).toMatchObject({ author, author_link: link });
  });

  test('have no links where the host says no address', () => {
    const refs = refsOfPull(repo, pull({ url: '' }), 'base');

    expect(Object.keys(refs)).toEqual(['org', 'repo', 'base_ref', 'base_sha', 'pulls']);
    expect(refs.pulls).toEqual([
      { number: 5, author: 'ann', sha: 'head', title: 'Add frobnicator', head_ref: 'topic' },
    ]);
  });
});

describe('3.6: refs of a push', () => {
  test.each([
    ['refs/heads/main', 'main'],
    ['refs/tags/v1.2.3', 'v1.2.3'],
    ['refs/heads/release/1.0', 'release/1.0'],
    ['refs/notes/x', 'refs/notes/x'],
  ])('%s', (ref, base_ref) => {
    expect(refsOfPush(repo, push({ ref }))).toEqual({
      org: 'acme',
      repo: 'app',
      repo_link: 'https://github.com/acme/app',
      base_ref,
      base_sha: 'b',
      base_link: 'https://github.com/acme/app/compare/a...b',
    });
  });
});
