import { expect, test } from '@jest/globals';
import { snowflake } from './snowflake.ts';

test('the parts are time, node and sequence', () => {
  const id = BigInt(snowflake(1_787_392_800_000, 1, 7));

  expect(id >> 22n).toBe(1_787_392_800_000n - 1_288_834_974_657n);
  expect((id >> 12n) & 0x3ffn).toBe(1n);
  expect(id & 0xfffn).toBe(7n);
});

test('an id of the first millisecond is just node and sequence', () => {
  expect(snowflake(1_288_834_974_657, 1, 0)).toBe('4096');
});

test('later ids are greater, beyond the range of numbers', () => {
  const ids = [
    snowflake(1_787_392_800_000, 1, 0),
    snowflake(1_787_392_800_000, 1, 1),
    snowflake(1_787_392_800_001, 0, 0),
  ];

  expect(ids.map(BigInt)).toEqual(ids.map(BigInt).sort((a, b) => (a < b ? -1 : 1)));
  expect(new Set(ids).size).toBe(3);
  expect(BigInt(ids[0] ?? 0)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
});

test.each([
  [1024, 0],
  [-1, 0],
  [0, 4096],
])('node %d with sequence %d does not fit', (node, sequence) => {
  expect(() => snowflake(1_787_392_800_000, node, sequence)).toThrow(RangeError);
});
