import { describe, expect, test } from '@jest/globals';
import { baseHref, commitHref, jobHref, pullHref, repoHref, safeUrl } from './links.ts';

const pull = { number: 5, author: 'ann', sha: 'abc123' };

test.each([
  ['https://example.com/a', 'https://example.com/a'],
  ['http://example.com/a', 'http://example.com/a'],
  ['javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['//example.com', undefined],
  ['', undefined],
  [undefined, undefined],
])('only http(s) addresses are links: %s', (url, expected) => {
  expect(safeUrl(url)).toBe(expected);
});

describe('a job', () => {
  test.each([
    ['line 20: is shown on this host', 'https://old.example/view/gs/b/p', '/page', '/view/gs/b/p'],
    ['below a prefix too', 'https://old.example/prow/view/gs/b/p?x=1', '/page', '/view/gs/b/p'],
    ['of another system is there', 'https://ci.example/job/1', '/page', 'https://ci.example/job/1'],
    ['without an address has our page', '', '/page', '/page'],
    ['with an address that is none has our page', 'javascript:alert("/view/")', '/page', '/page'],
  ])('%s', (_name, url, page, expected) => {
    expect(jobHref({ url, page })).toBe(expected);
  });
});

describe('a repository', () => {
  test('links of the provider come first', () => {
    const refs = { org: 'o', repo: 'r', repo_link: 'https://code.example/o/r', base_link: 'https://code.example/base' };

    expect(repoHref(refs)).toBe('https://code.example/o/r');
    expect(baseHref(refs)).toBe('https://code.example/base');
    expect(pullHref(refs, { ...pull, link: 'https://code.example/5' })).toBe('https://code.example/5');
    expect(commitHref(refs, { ...pull, commit_link: 'https://code.example/c' })).toBe('https://code.example/c');
  });

  test('without them it is on GitHub', () => {
    const refs = { org: 'o', repo: 'r', base_ref: 'feature/x' };

    expect(repoHref(refs)).toBe('https://github.com/o/r');
    expect(baseHref(refs)).toBe('https://github.com/o/r/tree/feature/x');
    expect(baseHref({ ...refs, base_sha: 'def' })).toBe('https://github.com/o/r/commit/def');
    expect(commitHref(refs, pull)).toBe('https://github.com/o/r/pull/5/commits/abc123');
  });

  test.each([
    { org: 'https://review.example.com', repo: 'x' },
    { org: 'o', repo: 'r', clone_uri: './example-repository' },
    { org: 'o', repo: 'r', clone_uri: 'https://github.com.evil.example/o/r' },
  ])('unless it is elsewhere: %j', (refs) => {
    expect(repoHref(refs)).toBeUndefined();
  });
});
