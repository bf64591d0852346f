import { describe, expect, test } from '@jest/globals';
import { branchMatches } from './branches.ts';
import { compileRegex } from './regex.ts';

describe("Go's dialect", () => {
  test.each([
    ['$ is the very end without (?m)', 'a$', 'a\n', false],
    ['only LF ends a line', '(?m)^b', 'a\rb', false],
    ['LF does', '(?m)^b', 'a\nb', true],
    ['white space is ASCII', '\\s', '\u00a0', false],
    ['VT is no white space', '\\s', '\v', false],
    ['. matches CR', 'a.b', 'a\rb', true],
    ['. matches a code point', '^.$', '😀', true],
    ['(?i) folds Unicode', '(?i)k', '\u212a', true],
    ['flags in the middle', 'a(?i)b', 'aB', true],
    ['quoted text', '^\\Qa.b\\E$', 'axb', false],
    ['POSIX classes', '^[[:^alpha:]]$', '1', true],
    ['one group name twice', '^(?P<a>x)(?P<a>y)$', 'xy', true],
    [
      'one group name twice, beside what only looks like a group',
      '^(?<a>x)(?<a>y)\\(?P<a>[(?P<a>]\\Q(?P<a>\\E$',
      'xy(P<a>((?P<a>',
      true,
    ],
  ])('%s', (_name, pattern, text, expected) => {
    expect(compileRegex(pattern).test(text)).toBe(expected);
  });

  test.each([
    '(?!a)',
    '(?<=a)b',
    '(a)\\1',
    'a{1001}',
    'a**',
    '\\Z',
    '(?#x)',
    '[[:foo:]]',
    '(',
    '(?P<a>x)(?P<a>y)(?=z)',
  ])('%j is refused', (pattern) => {
    expect(() => compileRegex(pattern)).toThrow(Error);
  });
});

describe('patterns that are made to take for ever', () => {
  const once = (text: string, length: number) => text.repeat(Math.ceil(length / text.length));
  const texts = [once('a', 65_536), `${once('a', 65_535)}!`, once('abbabaab', 65_536)];
  const files = Array.from({ length: 3000 }, (_, index) => `pkg/${index % 50}/some/folder/file-${index}.go`);

  const named = (patterns: string[]) => patterns.map((pattern) => [pattern.slice(0, 60), pattern] as const);

  test.each(
    named([
      '^(a+)+$',
      '^(a|a)*$',
      '(a|aa)+$',
      '(a?){500}a{500}',
      '(?:a?){1000}b',
      '(.*a.*){300}',
      '(a|b)*a(a|b){200}$',
      '(?s).*a.{500}b',
      '(((a{0,100}){0,10})*)*$',
      `(${Array.from({ length: 5000 }, (_, index) => `a${index}`).join('|')})`,
      '[^a]*'.repeat(1000),
      `${'(?:'.repeat(900)}a${')*'.repeat(900)}`,
    ]),
  )('%s', (_name, pattern) => {
    // Of the processor, which others may keep busy.
    const before = process.cpuUsage();
    const regex = compileRegex(pattern);
    for (const text of [...texts, ...files]) regex.test(text);
    const { user } = process.cpuUsage(before);

    expect(user / 1e6).toBeLessThan(2);
  });

  test.each(named(['((a{30}){30}){30}', '(((((a{10}){10}){10}){10}){10})', `${'('.repeat(5000)}a${')'.repeat(5000)}`]))(
    '%s is refused',
    (_name, pattern) => {
      expect(() => compileRegex(pattern)).toThrow(Error);
    },
  );
});

describe('branch filters', () => {
  test.each<[string, { branches?: string[]; skip_branches?: string[] }, string, boolean]>([
    ['no lists', {}, 'any', true],
    ['unanchored', { branches: ['main'] }, 'not-main-2', true],
    ['no entry fits', { branches: ['^main$', '^dev$'] }, 'x', false],
    ['skipped', { skip_branches: ['^release-'] }, 'release-1', false],
    ['not skipped', { skip_branches: ['^release-'] }, 'main', true],
    ['skipping comes first', { branches: ['main'], skip_branches: ['main'] }, 'main', false],
    ['an empty entry matches everything', { branches: ['', 'x'] }, 'main', true],
    ['a flag reaches into later entries', { branches: ['(?i)a', 'b'] }, 'B', true],
    ['entries valid together only', { branches: ['(main', 'x)'] }, 'x', true],
  ])('%s', (_name, filter, branch, expected) => {
    expect(branchMatches(filter, branch)).toBe(expected);
  });
});
