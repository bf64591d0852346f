import { expect, test } from '@jest/globals';
import { createTokenCache } from './token-cache.ts';

test('a token is used until a minute before it ends, however old it was when it came', () => {
  let now = 1_000_000;
  const cache = createTokenCache(() => now);
  cache.expires(now + 300_000);
  cache.set('99', 'the token');

  expect(cache.get('99')).toBe('the token');
  now += 239_999;
  expect(cache.get('99')).toBe('the token');
  now += 1;
  expect(cache.get('99')).toBe('');
  expect(cache.get('98')).toBe('');
});

test('where the host does not say when it ends, it lasts as long as at GitHub', () => {
  let now = 0;
  const cache = createTokenCache(() => now);
  cache.expires(NaN);
  cache.set('99', 'the token');

  now = 58 * 60_000;
  expect(cache.get('99')).toBe('the token');
  now = 59 * 60_000;
  expect(cache.get('99')).toBe('');
});
