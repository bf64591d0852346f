import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextTimes } from './next.ts';
import { cronCases, evaluateCronCase } from '../../test/golden/cron.ts';
import { CronError, parseCron } from './parse.ts';

const golden = '../shared/golden/jobs/cron.json';

describe('cron expressions', () => {
  test.each([
    ['0 0 * * 7', 'day of week "7": outside 0-6'],
    ['*/0 * * * *', 'minute "*/0": the step is 0'],
    ['5-1 * * * *', 'minute "5-1": the range ends before it starts'],
    ['* * *', '3 fields, expected 5'],
    ['@reboot', 'unknown descriptor'],
    ['@every  5m', 'is not a duration'],
    ['* * L * *', 'day of month "L": "L" is not a number'],
    ['* * * foo *', 'month "foo": "foo" is not a number or a name'],
    ['CRON_TZ=UTC 0 3 * * *', 'time zones are not supported'],
    ['TZ=Europe/Paris 0 3 * * *', 'time zones are not supported'],
    ['', '0 fields'],
  ])('%j is refused: %s', (expression, reason) => {
    expect(() => parseCron(expression)).toThrow(CronError);
    expect(() => parseCron(expression)).toThrow(reason);
  });

  test.each([
    [
      '41: fires on the first of the month and on every Monday',
      '0 0 1 * 1',
      ['2026-01-05', '2026-01-12', '2026-01-19', '2026-01-26', '2026-02-01'],
    ],
    [
      'a star in one day field asks for both',
      '0 0 */1 * 1',
      ['2026-01-05', '2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02'],
    ],
    [
      'a stepped star counts as restricted',
      '0 0 1 * */6',
      ['2026-01-03', '2026-01-04', '2026-01-10', '2026-01-11', '2026-01-17'],
    ],
  ])('%s (%s)', (_name, expression, days) => {
    const times = nextTimes(parseCron(expression), new Date('2026-01-01T00:00:00Z'), 5);

    expect(times.map((time) => time.toISOString())).toEqual(days.map((day) => `${day}T00:00:00.000Z`));
  });

  test('an impossible date never fires', () => {
    expect(nextTimes(parseCron('0 0 31 2 *'), new Date(), 3)).toEqual([]);
  });

  (existsSync(golden) ? test : test.skip)('agrees with Prow on the golden expressions (needs ../shared)', () => {
    const cases = cronCases(JSON.parse(readFileSync(golden, 'utf8')));

    expect(cases.length).toBeGreaterThan(0);
    for (const given of cases) expect(evaluateCronCase(given)).toMatchObject({ equal: true });
  });

  test('matches what a brute-force search over minutes finds', () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        fc.integer({ min: 1, max: 9 }).map((step) => `*/${step}`),
        fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
      );
    const expression = fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6));
    fc.assert(
      fc.property(expression, fc.integer({ min: 0, max: 365 * 24 * 60 }), (fields, minutes) => {
        const start = Date.UTC(2026, 0, 1) + minutes * 60_000;
        const [next] = nextTimes(parseCron(fields.join(' ')), new Date(start), 1);
        const horizon = start + 3 * 24 * 3_600_000;
        let found: number | undefined;
        for (let time = start + 60_000; time <= horizon && found === undefined; time += 60_000) {
          if (matches(fields, new Date(time))) found = time;
        }
        const within = next && next.getTime() <= horizon ? next.getTime() : undefined;
        expect(within).toBe(found);
      }),
      { numRuns: 300 },
    );
  });
});

/** An independent reading of the rules, minute by minute. */
function matches([minute, hour, dom, month, dow]: readonly string[], time: Date): boolean {
  const hit = (text: string | undefined, value: number, min: number) =>
    (text ?? '').split(',').some((element) => {
      const [range = '', step = '1'] = element.split('/');
      if (range === '*') return (value - min) % Number(step) === 0;
      const [low, high = low] = range.split('-').map(Number);
      return value >= (low ?? 0) && value <= (high ?? 0);
    });
  const star = (text: string | undefined) => text === '*' || text === '*/1';
  const day = hit(dom, time.getUTCDate(), 1);
  const weekday = hit(dow, time.getUTCDay(), 0);
  return (
    hit(minute, time.getUTCMinutes(), 0) &&
    hit(hour, time.getUTCHours(), 0) &&
    hit(month, time.getUTCMonth() + 1, 1) &&
    (star(dom) || star(dow) ? day && weekday : day || weekday)
  );
}
