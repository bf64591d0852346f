import { expect, test } from '@jest/globals';
import { dropCodeBlocks } from './code-blocks.ts';

test.each([
  ['a block', 'a\n```\nx\n```\nb', 'a\nb'],
  ['a block with a language', '```go\nx\n```', ''],
  ['tildes', '~~~\nx\n~~~\nb', 'b'],
  ['mixed fences', '~~~\nx\n```', '~~~\nx\n```'],
  ['an unclosed block', '```\nx', '```\nx'],
  ['an indented fence', '  ```\nx\n  ```', '  ```\nx\n  ```'],
  ['a fence inside a line', 'a ``` b\n```', 'a ``` b\n```'],
  ['CRLF (browsers)', 'a\r\n```\r\nx\r\n```\r\nb', 'a\r\nb'],
  ['two blocks', '```\nx\n```\na\n```\ny\n```\nb', 'a\nb'],
  ['an empty block', '```\n```\nb', 'b'],
  ['a longer closing fence', '``````\nx\n``````\n', '``````\nx\n``````\n'],
  ['text after the closing fence', '```\nx\n``` y', '```\nx\n``` y'],
  ['nothing', '', ''],
])('%s', (_name, text, expected) => {
  expect(dropCodeBlocks(text)).toBe(expected);
});

test('many open fences take no time', () => {
  const text = '```x\n'.repeat(200_000);

  expect(dropCodeBlocks(text)).toBe(text);
});
