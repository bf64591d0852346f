import { expect, test } from '@jest/globals';
import { commandsIn, hasCommand } from './commands-in.ts';

test.each<[string, string, string[]]>([
  ['one command', '/lgtm', ['/lgtm']],
  ['among other lines', 'nice\r\n/LGTM cancel \r\n  /approve\nbye', ['/LGTM cancel', '/approve']],
  ['none in the middle of a line', 'see https://example.org/lgtm or a/b', []],
  ['none in a path', '//comment\n/ x\n/42', []],
  ['none in nothing', '', []],
])('%s', (_name, text, expected) => {
  expect(commandsIn(text)).toEqual(expected);
  expect(hasCommand(text)).toBe(expected.length > 0);
});

test('the same text can be asked twice', () => {
  expect([hasCommand('x\n/hold'), hasCommand('x\n/hold')]).toEqual([true, true]);
});

test.each([' ', '\n', '\t\n', '/'])('a long text of nothing but %j is short work', (piece) => {
  expect(commandsIn(piece.repeat(200_000))).toEqual([]);
});
