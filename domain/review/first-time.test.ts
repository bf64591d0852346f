import { expect, test } from '@jest/globals';
import { isFirstTime } from './first-time.ts';

const shown = Date.UTC(2026, 0, 1);

test.each<[name: string, shownAt: string | undefined, afterMs: number, expected: boolean]>([
  ['a young event', new Date(shown).toISOString(), 30_000, true],
  ["a host's clock that is ahead", new Date(shown).toISOString(), -2_000, true],
  ['one that was sent again, or is told again', new Date(shown).toISOString(), 5 * 60_000 + 1, false],
  ['one that does not say when', undefined, 0, false],
  ['one that says nonsense', 'yesterday', 0, false],
])('%s', (_name, shownAt, afterMs, expected) => {
  expect(isFirstTime({ ...(shownAt !== undefined && { shownAt }) }, shown + afterMs)).toBe(expected);
});
