import { expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const held = ['do-not-merge/hold'];

test.each<[string, string, string[], Record<string, unknown>]>([
  ['60: text may follow', '/hold until v2', [], { labelsAdded: held }],
  ['60: cancel with text behind it', '/hold cancel please', held, { labelsRemoved: held }],
  ['60: both in one comment', '/hold\n/unhold', held, { labelsRemoved: held }],
  ['60: another word', '/holding', [], {}],
  ['the white space of a cancel may be a line end', '/hold\ncancel', held, { labelsRemoved: held }],
  ['nothing to add', '/hold', held, {}],
  ['nothing to remove', '/unhold', [], {}],
  ['not at the start of a line', ' /hold', [], {}],
  ['CRLF', 'x\r\n/hold\r\ny', [], { labelsAdded: held }],
])('%s', async (_name, body, labels, written) => {
  expect(await runPlugin('hold', { ...says(body), state: { labels } })).toEqual(written);
});

test('17: an edited comment changes nothing', async () => {
  expect(await runPlugin('hold', { event: { action: 'edited', body: '/hold' } })).toEqual({});
});

test('18: the description of a new pull is obeyed', async () => {
  const written = await runPlugin('hold', {
    item: { body: '/hold' },
    event: { type: 'pull_request', action: 'opened' },
  });

  expect(written).toEqual({ labelsAdded: held });
});

test('60: a closed pull can be held, an issue cannot', async () => {
  expect(await runPlugin('hold', { ...says('/hold'), item: { state: 'closed' } })).toEqual({ labelsAdded: held });
  expect(await runPlugin('hold', { ...says('/hold'), item: { isPR: false } })).toEqual({});
});
