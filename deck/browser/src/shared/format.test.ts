import { expect, test } from '@jest/globals';
import { formatElapsed, formatSize, formatTime } from './format.ts';

test.each([
  [-5, '0s'],
  [999, '0s'],
  [42_000, '42s'],
  [185_000, '3m 05s'],
  [7_620_000, '2h 07m'],
  [273_600_000, '3d 4h'],
])('%i ms are %s', (ms, expected) => {
  expect(formatElapsed(ms)).toBe(expected);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [104_857_600, '100 MiB'],
])('%i bytes are %s', (bytes, expected) => {
  expect(formatSize(bytes)).toBe(expected);
});

test('a time of today has no date, another one has', () => {
  const now = new Date(2026, 10, 24, 15, 0, 0);
  const local = (day: number, year = 2026) => new Date(year, 10, day, 9, 5, 7).toISOString();

  expect(formatTime(local(24), now)).toBe('09:05:07');
  expect(formatTime(local(23), now)).toBe('Nov 23 09:05:07');
  expect(formatTime(local(24, 2025), now)).toBe('Nov 24 2025 09:05:07');
  expect(formatTime('never', now)).toBe('never');
});
