import { expect, test } from '@jest/globals';
import { DemoError } from './demo-error.ts';
import { when } from './when.ts';

test('reads until there is an answer, and gives it', async () => {
  const labels = [['size/XS'], ['size/XS'], ['size/XS', 'lgtm']];

  const found = await when(
    'the label comes',
    async () => labels.shift() ?? [],
    (now) => now.find((label) => label === 'lgtm'),
  );

  expect(found).toBe('lgtm');
  expect(labels).toEqual([]);
});

test('says what did not come, and how things stand', async () => {
  const waiting = when(
    'the label comes',
    async () => ['size/XS'],
    (now) => now.find((label) => label === 'lgtm'),
    0,
  );

  await expect(waiting).rejects.toThrow(
    new DemoError('the label comes: not within 0 s. At the end there was ["size/XS"].'),
  );
});

test('passes on why it cannot read', async () => {
  const waiting = when(
    'the label comes',
    () => Promise.reject(new DemoError('GET answered 500')),
    () => undefined,
  );

  await expect(waiting).rejects.toThrow('GET answered 500');
});
