import { expect, test } from '@jest/globals';
import { createServerClock } from './server-clock.ts';

test('tells our own time until the server has told its', () => {
  const clock = createServerClock(() => 1_000_000);

  expect(clock.nowMs()).toBe(1_000_000);
  clock.tell(1_600_000);
  expect(clock.nowMs()).toBe(1_600_000);
});

test('goes on from what the server told, and ignores what whole seconds make of it', () => {
  let now = 1_000_000;
  const clock = createServerClock(() => now);
  clock.tell(400_000);

  now += 5_000;
  clock.tell(404_000);

  expect(clock.nowMs()).toBe(405_000);
});

test('a clock that was set right again counts', () => {
  let now = 1_000_000;
  const clock = createServerClock(() => now);
  clock.tell(1_600_000);

  now = 1_600_500;
  clock.tell(1_600_000);

  expect(clock.nowMs()).toBe(1_600_500);
});

test('an answer without a readable time changes nothing', () => {
  const clock = createServerClock(() => 1);
  clock.tell(Number.NaN);

  expect(clock.nowMs()).toBe(1);
});
