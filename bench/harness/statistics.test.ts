import { expect, test } from '@jest/globals';
import { growth, mean, median, percentile } from './statistics.ts';

test.each([
  ['the median of an odd number', [3, 1, 2], 0.5, 2],
  ['the lower of two middles', [4, 1, 2, 3], 0.5, 2],
  ['the highest of few', [1, 2, 3], 0.99, 3],
  ['the lowest', [3, 1, 2], 0, 1],
  ['p99 of a hundred', Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
])('percentile: %s', (_name, values, p, expected) => {
  expect(percentile(values, p)).toBe(expected);
});

test('no samples have no percentile', () => {
  expect(percentile([], 0.5)).toBeNaN();
});

test('percentiles leave the samples in their order', () => {
  const samples = [3, 1, 2];

  median(samples);

  expect(samples).toEqual([3, 1, 2]);
});

test('mean', () => {
  expect(mean([1, 2, 6])).toBe(3);
});

test.each([
  ['flat after warming up', [1, 5, 10, 10, 10, 10, 10, 10], 1],
  ['doubled', [0, 0, 10, 10, 15, 15, 20, 20], 2],
  ['a single point', [7], 1],
])('growth: %s', (_name, values, expected) => {
  expect(growth(values)).toBe(expected);
});
