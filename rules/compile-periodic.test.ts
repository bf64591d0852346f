import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Periodic } from '../domain/job-config.ts';
import type { CompiledPeriodic } from '../domain/schedule.ts';
import { compilePeriodic } from './compile-periodic.ts';
import { CronError } from './cron/parse.ts';

const minute = 60_000;
const hour = 60 * minute;

function compiled(schedule: Partial<Periodic>, name = 'echo-test'): CompiledPeriodic {
  return compilePeriodic({ name, agent: 'kubernetes', ...schedule });
}

function intervalOf(schedule: Partial<Periodic>, name?: string): { everyMs: number; offsetMs: number } {
  const result = compiled(schedule, name);
  const [interval] = result.kind === 'schedule' ? (result.spec.intervals ?? []) : [];
  if (!interval) throw new Error(`${JSON.stringify(schedule)} gave no interval.`);
  return interval;
}

describe('interval', () => {
  test('37: a run longer than its interval is followed by the next when it ends, and runs never overlap', () => {
    expect(compiled({ interval: '1h' })).toMatchObject({ kind: 'schedule', overlap: 'BUFFER_ONE' });
  });

  test('37: a start that waits behind a running one outlives the longest run', () => {
    expect(compiled({ interval: '1h' })).toMatchObject({ catchupWindowMs: 49 * hour });
  });

  test('37, 42 (declared difference): firings lie on a grid, wherever the previous run, scheduled or not, started', () => {
    const spec = { intervals: [{ everyMs: hour, offsetMs: intervalOf({ interval: '1h' }).offsetMs }] };

    expect(compiled({ interval: '1h' })).toMatchObject({ spec });
  });

  test('the first run does not wait for the grid', () => {
    expect(compiled({ interval: '24h' })).toMatchObject({ triggerImmediately: true, description: 'interval: 24h' });
  });

  test.each([
    ['10m', 10 * minute],
    ['744h', 744 * hour],
    ['1h30m', 90 * minute],
    ['1.5s', 1_000],
    // These load, and Prow starts the job with every tick.
    ['0.2s', 1_000],
    ['0', 1_000],
    ['-1h', 1_000],
  ])('%s is a grid of %d ms', (interval, everyMs) => {
    expect(intervalOf({ interval }).everyMs).toBe(everyMs);
  });

  test('offsets are whole seconds inside the interval, the same every time for one name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 1000 }), (name, minutes) => {
        const interval = `${minutes}m`;
        const { everyMs, offsetMs } = intervalOf({ interval }, name);

        expect(offsetMs % 1000).toBe(0);
        expect(offsetMs).toBeGreaterThanOrEqual(0);
        expect(offsetMs).toBeLessThan(everyMs);
        expect(intervalOf({ interval }, name).offsetMs).toBe(offsetMs);
      }),
    );
  });

  test('a thousand daily jobs spread over the day', () => {
    const perHour = Array.from({ length: 24 }, () => 0);
    for (let index = 0; index < 1000; index += 1) {
      const { offsetMs } = intervalOf({ interval: '24h' }, `ci-kubernetes-e2e-${index}`);
      const at = Math.floor(offsetMs / hour);
      perHour[at] = (perHour[at] ?? 0) + 1;
    }

    // 42 in each on average; a fair spread leaves this range once in some hundred thousand names.
    expect(Math.max(...perHour)).toBeLessThan(80);
    expect(Math.min(...perHour)).toBeGreaterThan(10);
  });
});

describe('minimum_interval', () => {
  test('38: is a loop that waits from completion', () => {
    expect(compiled({ minimum_interval: '1h' })).toEqual({
      kind: 'loop',
      minimumIntervalMs: hour,
      description: 'minimum_interval: 1h',
    });
  });
});

describe('cron', () => {
  test('39: a firing while the previous run is going is lost', () => {
    expect(compiled({ cron: '0 * * * *' })).toMatchObject({ overlap: 'SKIP', catchupWindowMs: 10 * minute });
  });

  test('40: a new cron job waits for its time', () => {
    expect(compiled({ cron: '0 3 * * *' })).toMatchObject({
      triggerImmediately: false,
      spec: { calendars: [{ second: [0], minute: [0], hour: [3], dayOfMonth: '*', month: '*', dayOfWeek: '*' }] },
    });
  });

  test('40: a new @every runs at once, then on a grid (declared difference: not counted from the first run)', () => {
    expect(compiled({ cron: '@every 6h' })).toMatchObject({
      triggerImmediately: true,
      overlap: 'SKIP',
      spec: { intervals: [{ everyMs: 6 * hour }] },
    });
  });

  test('41: both day fields restricted are two calendars, of which either may match', () => {
    const common = { second: [0], minute: [0], hour: [0], month: '*' };

    expect(compiled({ cron: '0 0 1 * 1' })).toMatchObject({
      spec: {
        calendars: [
          { ...common, dayOfMonth: [1], dayOfWeek: '*' },
          { ...common, dayOfMonth: '*', dayOfWeek: ['MONDAY'] },
        ],
      },
    });
  });

  test('41: day 7 of the week is refused', () => {
    expect(() => compiled({ cron: '0 0 * * 7' })).toThrow(CronError);
  });

  test('a star in one day field asks for both: one calendar', () => {
    expect(compiled({ cron: '0 0 */1 jan 1-2' })).toMatchObject({
      spec: { calendars: [{ month: ['JANUARY'], dayOfMonth: '*', dayOfWeek: ['MONDAY', 'TUESDAY'] }] },
    });
  });

  test('six fields begin with the second', () => {
    expect(compiled({ cron: '30 5 4 * * *' })).toMatchObject({
      spec: { calendars: [{ second: [30], minute: [5], hour: [4] }] },
    });
  });

  test.each([
    ['@hourly', { minute: [0], hour: '*' }],
    ['@daily', { minute: [0], hour: [0] }],
    ['@weekly', { dayOfWeek: ['SUNDAY'] }],
    ['@monthly', { dayOfMonth: [1] }],
    ['@yearly', { dayOfMonth: [1], month: ['JANUARY'] }],
  ])('%s is a calendar, not an interval', (cron, calendar) => {
    expect(compiled({ cron })).toMatchObject({ triggerImmediately: false, spec: { calendars: [calendar] } });
  });

  test('a field that matches nothing gives a schedule that never fires by itself', () => {
    expect(compiled({ cron: '0 , * * *' })).toMatchObject({ kind: 'schedule', spec: {} });
    expect(compiled({ cron: '0 0 , * ,' })).toMatchObject({ spec: {} });
  });
});

describe('concurrency_policy', () => {
  test.each([
    ['Forbid', 'SKIP', 10 * minute],
    ['Allow', 'ALLOW_ALL', hour],
    ['Replace', 'CANCEL_OTHER', 10 * minute],
  ] as const)('%s overlaps as %s, on cron and interval alike', (policy, overlap, catchupWindowMs) => {
    const expected = { overlap, catchupWindowMs };

    expect(compiled({ cron: '0 * * * *', concurrency_policy: policy })).toMatchObject(expected);
    expect(compiled({ interval: '1h', concurrency_policy: policy })).toMatchObject(expected);
  });
});
