import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { isBranchName, isRefName, isSha } from './ref-names.ts';

describe('branch names', () => {
  test.each([
    'main',
    'release-1.30',
    'feature/x',
    'a@b',
    '-x',
    '--upload-pack=x',
    'ümläut',
    'with space',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    String.raw`a\b`,
    'a@{1}',
    '@',
    'a.',
    'a.lock',
    'a.lock/b',
    '.a',
    'a/.b',
    '/a',
    'a/',
    'a//b',
    '',
    'a\tb',
    'a\nb',
    'a\u007fb',
    'a\n+refs/heads/x:refs/heads/y',
    '$(id)',
    "'; id",
  ])('%j as git itself decides', (name) => {
    expect(isBranchName(name)).toBe(spawnSync('git', ['check-ref-format', `refs/heads/${name}`]).status === 0);
  });

  test('no ends of arguments', () => {
    expect(isBranchName('a\0b')).toBe(false);
  });
});

test('full refs only', () => {
  expect(isRefName('refs/pull/7/head')).toBe(true);
  expect(['heads/main', 'HEAD', '-refs/heads/x', 'refs/', ''].filter(isRefName)).toEqual([]);
});

test('whole object names only', () => {
  expect(isSha('a'.repeat(40))).toBe(true);
  expect(['', 'HEAD', 'abc1234', 'A'.repeat(40), `${'a'.repeat(40)}\n`, `-${'a'.repeat(39)}`].filter(isSha)).toEqual(
    [],
  );
});
