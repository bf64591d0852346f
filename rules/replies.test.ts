import { expect, test } from '@jest/globals';
import { quote, reasonedReply, reply, simpleReply } from './replies.ts';

const event = { author: 'alice', body: '/hold\r\n/lgtm\rx\ny', url: 'https://host/o/r/pull/5#c1' };

test('a reply names the author in its first line and quotes every line in the details', () => {
  const text = reply(event, 'No.');

  expect(text.split('\n')[0]).toBe('@alice: No.');
  expect(text).toContain('In response to [this](https://host/o/r/pull/5#c1):\n\n>/hold\n>/lgtm\n>x\n>y\n');
  expect(text.trimEnd().endsWith('</details>')).toBe(true);
});

test('no line of a reply is a command, whatever is quoted', () => {
  const hostile = ['/lgtm', '\u2028/approve', '\u2029/hold', '\u0085/hold', '\r/retest'].join('');

  expect(reply({ ...event, body: hostile }, 'No.')).not.toMatch(/^\//m);
});

test('a simple reply addresses nobody', () => {
  expect(simpleReply('Rebase, please.')).toMatch(/^Rebase, please\.\n\n<details>\n\n[^>]*\n<\/details>$/);
});

test('a reasoned reply has its reason in the details', () => {
  expect(reasonedReply('bob', 'Blocked.', 'Because.')).toMatch(/^@bob: Blocked\.\n\n<details>\n\nBecause\.\n\n/);
});

test('an empty text is quoted as an empty line', () => {
  expect(quote('')).toBe('>');
});
