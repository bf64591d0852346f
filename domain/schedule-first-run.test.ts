import { expect, test } from '@jest/globals';
import { firstRunDelayMs, onceAt, secondOf } from './schedule-first-run.ts';

test('first runs are spread over ten minutes, the same for the same name', () => {
  const delays = Array.from({ length: 600 }, (_, index) => firstRunDelayMs(`ci-job-${index}`));

  expect(Math.min(...delays)).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...delays)).toBeLessThan(605_000);
  const perMinute = Array.from({ length: 10 }, (_, minute) =>
    delays.filter((delay) => Math.floor((delay - 5_000) / 60_000) === minute),
  );
  for (const minute of perMinute) expect(minute.length).toBeGreaterThan(30);
  expect(firstRunDelayMs('ci-job-1')).toBe(delays[1]);
});

test('a single instant as a calendar', () => {
  expect(onceAt(new Date('2026-12-31T23:05:09.700Z'))).toEqual({
    year: 2026,
    month: 'DECEMBER',
    dayOfMonth: 31,
    hour: 23,
    minute: 5,
    second: 9,
  });
});

test.each(['2026-12-31T23:05:09.000Z', '2026-12-31T23:05:09.999Z'])(
  'the span around the whole second of %s',
  (time) => {
    expect(secondOf(Date.parse(time))).toEqual({
      start: new Date('2026-12-31T23:05:08.500Z'),
      end: new Date('2026-12-31T23:05:09.500Z'),
    });
  },
);
