import { expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const refusal = [expect.objectContaining({ kind: 'reply' })];

test.each<[string, string, Record<string, unknown>]>([
  ['a title', '/retitle New title', { title: 'New title' }],
  ['115: the next line, after a bare command', '/retitle\nNew title', { title: 'New title' }],
  ['CRLF', '/retitle New title\r\nmore', { title: 'New title' }],
  ['no blank', '/retitlefoo', { title: 'foo' }],
  ['115: a closing keyword', '/retitle Fixes #12', { commentsCreated: refusal }],
  ['nothing', '/retitle  ', { commentsCreated: refusal }],
])('%s', async (_name, body, written) => {
  expect(await runPlugin('retitle', says(body, 'col1'))).toEqual(written);
});

test('strangers are refused', async () => {
  expect(await runPlugin('retitle', says('/retitle x', 'rando'))).toEqual({ commentsCreated: refusal });
});

test('115: a closed item is left alone, unless the configuration says otherwise', async () => {
  const closed = { ...says('/retitle x', 'col1'), item: { state: 'closed' as const } };

  expect(await runPlugin('retitle', closed)).toEqual({});
  const config = { retitle: { allow_closed_issues: true } };
  expect(await runPlugin('retitle', { ...closed, config })).toEqual({ title: 'x' });
});
