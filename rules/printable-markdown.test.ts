import { expect, test } from '@jest/globals';
import { printableMarkdown } from './printable-markdown.ts';

test.each([
  ['@everyone', '`@everyone`'],
  ['`</details>` <img src=x>', "`'</details>' <img src=x>`"],
  ['a\r\n/lgtm\u2028/approve', '`a /lgtm /approve`'],
  ['   ', ''],
])('%j', (text, shown) => {
  expect(printableMarkdown(text)).toBe(shown);
});
