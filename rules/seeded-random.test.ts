import { expect, test } from '@jest/globals';
import { seededRandom } from './seeded-random.ts';

const some = (seed: string, count = 5) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

test('the same seed gives the same numbers, another one others', () => {
  expect(some('delivery-1')).toEqual(some('delivery-1'));
  expect(some('delivery-1')).not.toEqual(some('delivery-2'));
});

test('they lie in [0, 1) and spread', () => {
  const numbers = some('x', 2_000);

  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const inIt = numbers.filter((number) => Math.floor(number * 10) === tenth);
    expect(inIt.length).toBeGreaterThan(120);
  }
});
