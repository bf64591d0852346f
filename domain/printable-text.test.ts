import { expect, test } from '@jest/globals';
import { printableText } from './printable-text.ts';

test.each([
  ['Fix the frobnicator', 'Fix the frobnicator'],
  ['  a\r\n\tb  ', 'a b'],
  ['red \u001b[31malert\u001b[0m', 'red [31malert [0m'],
  ['gpj.\u202Eexe', 'gpj. exe'],
  ['a\u200Bb\uFEFF', 'a b'],
  ['line\u2028end', 'line end'],
  ['emoji 🚀 and ümläut', 'emoji 🚀 and ümläut'],
  ['x'.repeat(40), `${'x'.repeat(29)}…`],
  ['🚀'.repeat(31), `${'🚀'.repeat(29)}…`],
  ['\ud800', ''],
])('%j → %j', (text, shown) => {
  expect(printableText(text, 30)).toBe(shown);
});

test('a long text costs no more than a short one', () => {
  expect(printableText('a b '.repeat(10_000_000), 20)).toBe('a b a b a b a b a b…');
});
