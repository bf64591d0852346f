/** The budget under a simulated clock, against a host that counts as GitHub does: its limits are never exceeded. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRateBudget } from './rate-budget.ts';
import { noSecondaryLimits, type RateLimits } from './rate-limits.ts';
import { kindOfRequest, type RequestKind } from './request-kind.ts';

const kinds = {
  read: kindOfRequest('GET', '/repos/a/b'),
  search: kindOfRequest('GET', '/search/issues'),
  label: kindOfRequest('POST', '/repos/a/b/issues/1/labels'),
  comment: kindOfRequest('POST', '/repos/a/b/issues/1/comments'),
  query: kindOfRequest('POST', '/graphql', '{ viewer { login } }'),
  mutation: kindOfRequest('POST', '/graphql', 'mutation { a }'),
} satisfies Record<string, RequestKind>;
const start = 1_800_000_000_000;

interface Sent {
  at: number;
  kind: RequestKind;
}

/** What was sent within any span of this length that ends with a request. */
function most(sent: readonly Sent[], spanMs: number, amountOf: (kind: RequestKind) => number): number {
  const sums = sent.map(({ at: end }) =>
    sent.filter(({ at }) => at <= end && at > end - spanMs).reduce((sum, { kind }) => sum + amountOf(kind), 0),
  );
  return Math.max(0, ...sums);
}

/** A primary limit by fixed windows of an hour. */
function createHost(limit: number, now: () => number) {
  const rows = new Map<string, { used: number; reset: number }>();
  let overruns = 0;
  return {
    overruns: () => overruns,
    /** The headers of its answer. */
    count(resource: string): Record<string, string> {
      const seconds = Math.floor(now() / 1000);
      let row = rows.get(resource);
      if (!row || row.reset <= seconds) rows.set(resource, (row = { used: 0, reset: seconds + 3600 }));
      if (row.used === limit) overruns += 1;
      else row.used += 1;
      return {
        'x-ratelimit-remaining': String(limit - row.used),
        'x-ratelimit-reset': String(row.reset),
        'x-ratelimit-resource': resource,
      };
    },
  };
}

const anyKind = fc.constantFrom(...Object.values(kinds));
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ask: anyKind, times: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 3, arbitrary: fc.record({ answered: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ waitMs: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.nat(1_200_000)) }) },
  // To the very time that it names, or shortly before.
  { weight: 4, arbitrary: fc.record({ until: anyKind, earlyMs: fc.constantFrom(0, 0, 1, 300) }) },
);

const limits: Required<RateLimits> = {
  writesPerMinute: 3,
  writesPerHour: 7,
  pointsPerMinute: 40,
  graphPointsPerMinute: 12,
  concurrency: 10,
};

test('whatever is asked and answered, no limit is exceeded', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      let now = start;
      const budget = createRateBudget({ ...limits, now: () => now });
      const sent: Sent[] = [];
      const underWay: RequestKind[] = [];
      let mostUnderWay = 0;

      for (const one of steps) {
        if ('ask' in one) {
          for (let i = 0; i < one.times && budget.take(one.ask) === 0; i += 1) {
            sent.push({ at: now, kind: one.ask });
            underWay.push(one.ask);
            mostUnderWay = Math.max(mostUnderWay, underWay.length);
          }
        } else if ('answered' in one) {
          for (const kind of underWay.splice(0, one.answered)) budget.ended(kind);
        } else if ('waitMs' in one) {
          now += one.waitMs;
        } else {
          for (const kind of underWay.splice(0)) budget.ended(kind);
          const wait = budget.take(one.until);
          if (wait === 0) {
            sent.push({ at: now, kind: one.until });
            underWay.push(one.until);
          }
          now += Math.max(0, wait - one.earlyMs);
        }
      }

      expect(most(sent, 60_000, ({ content }) => Number(content))).toBeLessThanOrEqual(limits.writesPerMinute);
      expect(most(sent, 3_600_000, ({ content }) => Number(content))).toBeLessThanOrEqual(limits.writesPerHour);
      const rest = ({ resource, points }: RequestKind) => (resource === 'graphql' ? 0 : points);
      expect(most(sent, 60_000, rest)).toBeLessThanOrEqual(limits.pointsPerMinute);
      expect(most(sent, 60_000, (kind) => kind.points - rest(kind))).toBeLessThanOrEqual(limits.graphPointsPerMinute);
      expect(mostUnderWay).toBeLessThanOrEqual(limits.concurrency);
    }),
    { numRuns: 500 },
  );
});

test('who waits for as long as told is not told to wait again', () => {
  fc.assert(
    fc.property(fc.array(anyKind, { minLength: 1, maxLength: 100 }), (asked) => {
      let now = start;
      const budget = createRateBudget({ ...limits, now: () => now });
      for (const kind of asked) {
        const wait = budget.take(kind);
        now += wait;
        if (wait > 0) expect(budget.take(kind)).toBe(0);
        budget.ended(kind);
      }
    }),
  );
});

test('once its primary limit is known, it is never exceeded, in whatever order answers come', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ ask: fc.boolean(), pick: fc.nat(), waitMs: fc.oneof(fc.constant(0), fc.nat(600_000)) }), {
        maxLength: 300,
      }),
      fc.integer({ min: 1, max: 40 }),
      (steps, primary) => {
        let now = start;
        const budget = createRateBudget({ ...noSecondaryLimits, now: () => now });
        const host = createHost(primary, () => now);
        const underWay: Record<string, string>[] = [];
        let windowEnds = 0;
        for (const { ask, pick, waitMs } of [{ ask: true, pick: 0, waitMs: 0 }, ...steps]) {
          // A window's first answer must be seen before more is asked: nothing is known of it.
          if (now >= windowEnds && underWay.length > 0) {
            for (const headers of underWay.splice(0)) {
              budget.saw(headers);
              budget.ended(kinds.read);
            }
          }
          if (ask && budget.take(kinds.read) === 0) {
            const headers = host.count('core');
            if (now >= windowEnds) {
              windowEnds = Number(headers['x-ratelimit-reset']) * 1000;
              budget.saw(headers);
              budget.ended(kinds.read);
            } else underWay.push(headers);
          } else if (!ask && underWay.length > 0) {
            const [headers] = underWay.splice(pick % underWay.length, 1);
            budget.saw(headers ?? {});
            budget.ended(kinds.read);
          }
          now += waitMs;
        }

        expect(host.overruns()).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

test('after a limit, nothing at all is asked until it is over', () => {
  const answers = fc.record({
    status: fc.constantFrom(403, 429),
    retryAfter: fc.option(fc.integer({ min: 1, max: 3600 }), { nil: undefined }),
    waits: fc.array(fc.nat(120_000), { maxLength: 20 }),
  });
  fc.assert(
    fc.property(fc.array(answers, { minLength: 1, maxLength: 10 }), (limited) => {
      let now = start;
      const budget = createRateBudget({ ...noSecondaryLimits, now: () => now });
      for (const { status, retryAfter, waits } of limited) {
        budget.take(kinds.read);
        const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
        const wait = budget.limitedBy({ status, headers, message: 'You have exceeded a secondary rate limit' }) ?? 0;
        budget.ended(kinds.read);
        const end = now + wait;
        expect(wait).toBeGreaterThanOrEqual((retryAfter ?? 60) * 1000);
        for (const ms of waits) {
          now += ms;
          const left = budget.take(kinds.comment);
          expect(left).toBe(Math.max(0, end - now));
          if (left === 0) budget.ended(kinds.comment);
        }
        now = Math.max(now, end);
      }
    }),
  );
});

test('a limit without a time is waited for longer each time, by however many it is met at once', () => {
  let now = start;
  const budget = createRateBudget({ now: () => now });
  const limit = () => budget.limitedBy({ status: 429, headers: {}, message: 'slow down' });

  expect([limit(), limit(), limit()]).toEqual([60_000, 60_000, 60_000]);
  now += 60_000;
  expect([limit(), limit()]).toEqual([120_000, 120_000]);
  // Asked before the limit, answered after it.
  budget.saw({});
  now += 120_000;
  expect(limit()).toBe(240_000);
  now += 240_000;
  budget.saw({});
  expect(limit()).toBe(60_000);
});

test.each<[string, RequestKind, string]>([
  ['a search', kinds.search, 'search'],
  ['the graph', kinds.query, 'graphql'],
])('the end of the limit of %s does not end other reads', (_name, kind, resource) => {
  const budget = createRateBudget({ now: () => start });

  budget.saw({
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(start / 1000 + 10),
    'x-ratelimit-resource': resource,
  });

  expect(budget.take(kind)).toBe(11_000);
  expect(budget.take(kinds.read)).toBe(0);
});

test('a permission that is missing is no limit', () => {
  const budget = createRateBudget({ now: () => start });

  expect(budget.limitedBy({ status: 403, headers: {}, message: 'Resource not accessible' })).toBeUndefined();
  expect(budget.take(kinds.read)).toBe(0);
});
