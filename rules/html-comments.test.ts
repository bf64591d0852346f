import { expect, test } from '@jest/globals';
import { withoutHtmlComments } from './html-comments.ts';

test.each([
  ['a <!-- b --> c', 'a  c'],
  ['<!--\r\n/kind bug\r\n-->/kind x', '/kind x'],
  ['<!--a--><!--b-->c', 'c'],
  ['<!-- a <!-- b --> c -->', ' c -->'],
  ['<!--> a -->b', 'b'],
  ['a <!-- b', 'a <!-- b'],
  ['a --> b <!-- c', 'a --> b <!-- c'],
  ['', ''],
])('%j', (text, left) => {
  expect(withoutHtmlComments(text)).toBe(left);
});
