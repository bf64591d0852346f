import { expect, test } from '@jest/globals';
import { codeList, inlineCode } from './inline-code.ts';

test.each([
  ['/test unit', '`/test unit`'],
  ['a\n/lgtm\r\nb', '`a /lgtm b`'],
  ['a\u2028b', '`a b`'],
  ['a`@b`c', '``a`@b`c``'],
  ['`x', '`` `x ``'],
  ['', '` `'],
])('%j', (text, expected) => {
  expect(inlineCode(text)).toBe(expected);
});

test('a list', () => {
  expect(codeList(['/test a', '/b'])).toBe('- `/test a`\n- `/b`');
});
