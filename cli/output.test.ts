import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ago, printable, printJson, printTable } from './output.ts';

let printed = '';
beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});
afterEach(() => void jest.restoreAllMocks());

describe('tables', () => {
  test('columns are aligned, without lines, colours or blanks at the end', () => {
    printTable(
      ['job', 'state'],
      [
        ['echo-test', 'success'],
        ['x', ''],
      ],
    );

    expect(printed).toBe('JOB        STATE\necho-test  success\nx\n');
  });

  test('without rows only the head is printed', () => {
    printTable(['job', 'state'], []);

    expect(printed).toBe('JOB  STATE\n');
  });

  test('texts of others cannot drive the terminal or break lines', () => {
    printTable(['job'], [['\u001b[31mred\nline']]);

    expect(printed).toBe('JOB\n\\x1b[31mred\\x0aline\n');
  });
});

test('JSON holds no character that a terminal obeys, and says the same', () => {
  const value = { text: '\u001b[31m \u007f \u009b2J \u202e \u{e0041} é "\\' };

  printJson(value);

  expect(printed.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  expect(JSON.parse(printed)).toEqual(value);
});

test('control characters are shown', () => {
  expect(printable('a\tb\u0000c\u009bd é')).toBe('a\\x09b\\x00c\\x9bd é');
});

test.each([
  [-5, '0s'],
  [59_999, '59s'],
  [200_000, '3m20s'],
  [7_500_000, '2h5m'],
  [172_799_000, '47h59m'],
  [345_600_000, '4d'],
])('%d ms is %s', (ms, text) => {
  expect(ago(ms)).toBe(text);
});
