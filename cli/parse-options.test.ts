import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CliError } from './cli-error.ts';
import { parseEnv, parseRefs } from './parse-options.ts';

describe('--env', () => {
  test('splits at the first equals sign', () => {
    expect(parseEnv(['A=1', 'URL=http://x/?a=b', 'EMPTY='])).toEqual({ A: '1', URL: 'http://x/?a=b', EMPTY: '' });
  });

  test.each(['A', '=1', ''])('refuses %j', (pair) => {
    expect(() => parseEnv([pair])).toThrow(new CliError(`--env ${pair}: expected NAME=VALUE.`));
  });
});

describe('--refs', () => {
  const refs = { org: 'o', repo: 'r', base_ref: 'main', pulls: [{ number: 7, author: 'a', sha: 'abc' }] };

  test('takes JSON', () => {
    expect(parseRefs(JSON.stringify(refs))).toEqual(refs);
  });

  test('takes a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bowsprit-refs-'));
    const path = join(folder, 'refs.json');
    writeFileSync(path, JSON.stringify(refs));

    const parsed = parseRefs(`@${path}`);

    rmSync(folder, { recursive: true });
    expect(parsed).toEqual(refs);
  });

  test.each<[name: string, text: string, message: RegExp]>([
    ['what is not JSON', 'main', /expected JSON such as \{"org"/],
    ['a file that is not there', '@/no/such/file', /no such file/],
    ['refs without a repository', '{"org":"o"}', /repo: /],
    ['a pull without a number', '{"org":"o","repo":"r","pulls":[{"author":"a","sha":"b"}]}', /pulls\.0\.number: /],
    ['an unknown field', '{"org":"o","repo":"r","baseref":"main"}', /baseref/],
    ['something else', '[]', /refs: /],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseRefs(text)).toThrow(CliError);
    expect(() => parseRefs(text)).toThrow(message);
  });
});
