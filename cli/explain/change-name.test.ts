import { expect, test } from '@jest/globals';
import { CliError } from '../cli-error.ts';
import { parseChangeName } from './change-name.ts';

test.each<[text: string, org: string, repo: string, number: number]>([
  ['acme/app#7', 'acme', 'app', 7],
  ['group/sub/app#7', 'group/sub', 'app', 7],
  ['acme/app.js#1234567890', 'acme', 'app.js', 1_234_567_890],
  ['https://github.com/acme/app/pull/7', 'acme', 'app', 7],
  ['https://github.com/acme/app/pull/7/files#diff-1', 'acme', 'app', 7],
  ['https://github.com/acme/app/issues/7?x=y', 'acme', 'app', 7],
  ['HTTP://127.0.0.1:8787/demo/hello/pull/1', 'demo', 'hello', 1],
  ['https://api.github.com/acme/app/pulls/7', 'acme', 'app', 7],
  ['https://gitlab.example/a/b/app/-/merge_requests/7', 'a/b', 'app', 7],
])('%s', (text, org, repo, number) => {
  expect(parseChangeName(text)).toEqual({ org, repo, number });
});

test.each([
  '',
  'app#7',
  'acme/app',
  'acme/app#',
  'acme/app#x',
  'acme/app#12345678901',
  'acme/app #7',
  'acme//app#7',
  'acme/app#7#8',
  'https://github.com/acme/app',
  'https://github.com/acme/app/pull/new',
  'https://github.com/app/pull/7',
  'https://',
])('%j names no change', (text) => {
  expect(() => parseChangeName(text)).toThrow(CliError);
});
