import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beating } from './beating.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function begin<T>(work: (beat: (progress: unknown) => void) => Promise<T>) {
  const environment = new MockActivityEnvironment();
  const beats: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => beats.push(details));
  return { environment, beats, done: environment.run(() => beating(work)) };
}

test('who waits tells every ten seconds that it goes on, and how far it is', async () => {
  let end: (answer: string) => void = () => undefined;
  const { beats, done } = begin(async (beat) => {
    beat('half');
    return await new Promise<string>((resolve) => (end = resolve));
  });

  await jest.advanceTimersByTimeAsync(25_000);
  end('answer');

  expect(await done).toBe('answer');
  expect(beats).toEqual(['half', 'half']);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(beats).toHaveLength(2);
});

test('short work costs no heartbeat', async () => {
  const { beats, done } = begin(async () => 7);

  expect(await done).toBe(7);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(beats).toEqual([]);
});

test('work that fails is told no more, and what is cancelled stops at its next item', async () => {
  const failing = begin(async () => {
    throw new Error('no');
  });
  await expect(failing.done).rejects.toThrow('no');

  let next: () => void = () => undefined;
  const items: string[] = [];
  const cancelled = begin(async (beat) => {
    beat('first');
    items.push('first');
    await new Promise<void>((resolve) => (next = resolve));
    beat('second');
    items.push('second');
  });
  cancelled.environment.cancel();
  next();
  await expect(cancelled.done).rejects.toThrow('CANCELLED');
  expect(items).toEqual(['first']);
  await jest.advanceTimersByTimeAsync(60_000);
  expect([...failing.beats, ...cancelled.beats]).toEqual([]);
});
