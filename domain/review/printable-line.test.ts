import { expect, test } from '@jest/globals';
import { printableLine } from './printable-line.ts';

test.each([
  ['a text of one line is as it was', 'fix the build', 'fix the build'],
  ['lines become one', ' a\r\n\tb\u2028c ', 'a b c'],
  ['what cannot be seen, or turns the text around, is gone', 'a\u202eb\u0007c\u200bd', 'a b c d'],
  ['half of a pair is gone', 'a\ud83d b', 'a b'],
  ['nothing stays nothing', ' \n ', ''],
  ['as long as allowed', 'x'.repeat(20), 'x'.repeat(20)],
  ['longer than allowed', 'x'.repeat(21), `${'x'.repeat(19)}…`],
  ['characters are not cut in halves', '🙂'.repeat(30), `${'🙂'.repeat(19)}…`],
])('%s', (_name, text, expected) => {
  expect(printableLine(text, 20)).toBe(expected);
});

test('a long text of blanks is short work', () => {
  expect(printableLine(`${' '.repeat(1_000_000)}x`, 20)).toBe('…');
});
