import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { durationMs, formatDuration, parseDuration } from './duration.ts';

const golden = '../shared/golden/jobs/durations.json';

describe('durations', () => {
  test.each([
    ['2h', 7_200_000_000_000n, '2h0m0s'],
    ['30s1m', 90_000_000_000n, '1m30s'],
    ['.5h', 1_800_000_000_000n, '30m0s'],
    ['1.h', 3_600_000_000_000n, '1h0m0s'],
    ['-1h', -3_600_000_000_000n, '-1h0m0s'],
    ['0', 0n, '0s'],
    ['1.5s', 1_500_000_000n, '1.5s'],
    ['0.4ns', 0n, '0s'],
    ['7200ns', 7200n, '7.2µs'],
  ])('%s is %d ns, canonically %s', (text, ns, canonical) => {
    expect(parseDuration(text)).toBe(ns);
    expect(formatDuration(ns)).toBe(canonical);
  });

  test.each(['', '-', '.h', '1', '7200', '1d', '1 h', '1H', '9223372036854775808ns', '1h-', 's'])(
    '%j is refused',
    (text) => {
      expect(() => parseDuration(text)).toThrow(/is not a duration/);
    },
  );

  test('every 64-bit number survives being written and read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (ns) => {
        expect(parseDuration(formatDuration(ns))).toBe(ns);
      }),
    );
  });

  test('the order of parts does not matter', () => {
    const parts = fc.uniqueArray(fc.constantFrom('3h', '20m', '5.5s', '7ms', '9us', '11ns'), { minLength: 1 });
    fc.assert(
      fc.property(parts, (list) => {
        expect(parseDuration(list.join(''))).toBe(parseDuration(list.toReversed().join('')));
      }),
    );
  });

  test('milliseconds for timers', () => {
    expect(durationMs('1m0.0009s')).toBe(60_000);
  });

  (existsSync(golden) ? test : test.skip)('agrees with Prow on the golden durations (needs ../shared)', () => {
    const cases = JSON.parse(readFileSync(golden, 'utf8')) as { text: string; ns?: string; canonical?: string }[];
    const ours = cases.map(({ text }) => {
      try {
        const ns = parseDuration(text);
        return { text, ns: String(ns), canonical: formatDuration(ns) };
      } catch {
        return { text, error: true };
      }
    });

    expect(ours).toEqual(cases);
  });
});
