import { expect, test } from '@jest/globals';
import { createTtlCache } from './ttl-cache.ts';

test('an answer is read once while it is fresh, a failure never stays, and the oldest go first', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const cache = createTtlCache({ ttlMs: 1_000, now: () => nowMs, maxEntries: 2 });
  const read = async (key: string) =>
    await cache.get(key, async () => {
      asked.push(key);
      if (key === 'away' && asked.length === 1) throw new Error('away');
      return key.toUpperCase();
    });

  await expect(read('away')).rejects.toThrow('away');
  expect(await Promise.all([read('away'), read('away')])).toEqual(['AWAY', 'AWAY']);
  expect(asked).toEqual(['away', 'away']);

  nowMs = 999;
  await read('away');
  nowMs = 1_000;
  await read('away');
  expect(asked).toHaveLength(3);

  for (const key of ['b', 'c', 'b', 'away']) await read(key);
  expect(asked.slice(3)).toEqual(['b', 'c', 'away']);
});
