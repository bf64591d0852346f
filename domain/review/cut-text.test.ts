import { expect, test } from '@jest/globals';
import { cutMarker, cutText, isCut, maxTextBytes } from './cut-text.ts';

test.each([
  ['empty', ''],
  ['as long as may be', 'x'.repeat(maxTextBytes)],
  ['as long as may be, in characters of three bytes', '€'.repeat(Math.floor(maxTextBytes / 3))],
])('a text that is %s travels whole', (_name, text) => {
  expect(cutText(text)).toBe(text);
  expect(isCut(cutText(text))).toBe(false);
});

test.each([
  ['x', maxTextBytes],
  ['€', Math.floor(maxTextBytes / 3)],
  ['😀', maxTextBytes / 4],
])('a longer text of %s is cut between two characters and says so', (character, kept) => {
  const cut = cutText(character.repeat(maxTextBytes + 1));

  expect(cut).toBe(character.repeat(kept) + cutMarker);
  expect(isCut(cut)).toBe(true);
});
