import { describe, expect, test } from '@jest/globals';
import { createPlaces } from './place.ts';

const github = createPlaces('https://api.github.com');
const enterprise = createPlaces('https://ghe.example:8443/api/v3/');

test.each([
  ['/repos/acme/app?per_page=100', '/repos/acme/app?per_page=100', '/api/v3/repos/acme/app?per_page=100'],
  ['/api/v3/repos/acme/app', '/repos/acme/app', '/api/v3/repos/acme/app'],
  ['/', '/', '/api/v3/'],
  ['/api/v3', '/', '/api/v3/'],
  ['/api/v3x', '/api/v3x', '/api/v3/api/v3x'],
  ['/graphql', '/graphql', '/api/graphql'],
  ['/api/graphql', '/graphql', '/api/graphql'],
  [
    '/repos/a/b/contents/x..y/...?ref=a?b',
    '/repos/a/b/contents/x..y/...?ref=a?b',
    '/api/v3/repos/a/b/contents/x..y/...?ref=a?b',
  ],
  ['//evil.example/x', '//evil.example/x', '/api/v3//evil.example/x'],
  ['/@evil.example/x', '/@evil.example/x', '/api/v3/@evil.example/x'],
])('%s is a path of the API', (target, atGitHub, atEnterprise) => {
  expect(github.of(target)?.path).toBe(atGitHub);
  expect(enterprise.of(target)?.path).toBe(atEnterprise);
});

test.each([
  ['an absolute address', 'http://evil.example/x'],
  ['a name', 'evil.example:443'],
  ['nothing', ''],
  ['steps upwards', '/repos/../../login'],
  ['steps upwards at the end', '/repos/..'],
  ['encoded steps', '/%2e%2E/login'],
  ['half encoded steps', '/.%2e/login'],
  ['a step on the spot', '/./login'],
  ['a blank', '/repos/a b'],
  ['a line break', '/repos\r\nHost: evil.example'],
  ['a fragment', '/repos#x'],
  ['letters beyond ASCII', '/repos/ü'],
  ['no end', `/${'a'.repeat(9000)}`],
])('%s is refused', (_name, target) => {
  expect(github.of(target)).toBeUndefined();
  expect(enterprise.of(target)).toBeUndefined();
});

describe('addresses in answers', () => {
  const us = { host: 'proxy:8889', prefix: '' };

  test.each([
    ['https://api.github.com/repositories/1/issues?page=2', 'http://proxy:8889/repositories/1/issues?page=2'],
    ['https://api.github.com.evil.example/x', 'https://api.github.com.evil.example/x'],
    ['https://codeload.github.com/acme/app/zip', 'https://codeload.github.com/acme/app/zip'],
    ['http://api.github.com/x', 'http://api.github.com/x'],
    ['/repositories/1', '/repositories/1'],
  ])('%s becomes %s', (given, shown) => {
    expect(github.translated(given, us)).toBe(shown);
  });

  test('have the prefix that the client has', () => {
    const given = 'https://ghe.example:8443/api/v3/repos/a/b';

    expect(enterprise.translated(given, us)).toBe('http://proxy:8889/repos/a/b');
    expect(enterprise.translated(given, { ...us, prefix: '/api/v3' })).toBe('http://proxy:8889/api/v3/repos/a/b');
  });
});
