import { expect, test } from '@jest/globals';
import { createLru } from './lru.ts';

test('the least recently used make room', () => {
  const lru = createLru<string>(40);
  for (const key of ['a', 'b', 'c', 'd']) lru.set(key, key, 10);
  lru.get('a');
  lru.set('e', 'e', 10);

  expect(['a', 'b', 'c', 'd', 'e'].map((key) => lru.get(key))).toEqual(['a', undefined, 'c', 'd', 'e']);
  expect(lru.bytes).toBe(40);
});

test('a newer value takes the place of the older, also where it is too long to be kept', () => {
  const lru = createLru<string>(40);
  lru.set('a', 'short', 1);
  lru.set('a', 'longer', 10);
  expect([lru.get('a'), lru.bytes]).toEqual(['longer', 10]);

  lru.set('a', 'too long', 11);
  expect([lru.get('a'), lru.bytes]).toEqual([undefined, 0]);
});
