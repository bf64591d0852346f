/**
 * How much we may still ask of GitHub (integrations.md 6.6). One budget for each account: what a limit stops is all that the
 * account does, since going on while limited gets integrations banned. Nothing here waits: who is too early is told how long.
 */

export interface RateBudgetOptions {
  /** Current time (ms). */
  now: () => number;
  /** Requests that create or change something; GitHub allows about 80 a minute and 500 an hour. */
  writesPerMinute?: number;
  writesPerHour?: number;
}

/** Milliseconds to wait after a secondary limit that names no time; doubled each time it comes again, up to a quarter hour. */
const firstPause = 60_000;
const longestPause = 15 * 60_000;

export interface LimitAnswer {
  status: number;
  headers: Readonly<Record<string, string | number | undefined>>;
  /** The host's words. */
  message: string;
}

export interface RateBudget {
  /** Milliseconds until this may be asked; 0 takes it from the budget. */
  take(request: { write: boolean; resource: 'core' | 'search' | 'graphql' }): number;
  /** Notes what an answer says about the primary limit. */
  saw(headers: LimitAnswer['headers']): void;
  /** Milliseconds to wait where the answer is a limit, with status 200 always; undefined for other refusals. */
  limitedBy(answer: LimitAnswer): number | undefined;
}

export function createRateBudget({ now, writesPerMinute = 80, writesPerHour = 500 }: RateBudgetOptions): RateBudget {
  const buckets = [bucket(writesPerMinute, 60_000), bucket(writesPerHour, 3_600_000)];
  /** Per resource, and under '' for all of them: the time until which nothing is asked. */
  const closedUntil = new Map<string, number>();
  let pause = firstPause;

  function bucket(size: number, perMs: number) {
    let tokens = size;
    let filledAt = now();
    return {
      wait() {
        tokens = Math.min(size, tokens + ((now() - filledAt) * size) / perMs);
        filledAt = now();
        return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * perMs) / size);
      },
      take: () => (tokens -= 1),
    };
  }

  function closeFor(resource: string, ms: number): number {
    closedUntil.set(resource, Math.max(closedUntil.get(resource) ?? 0, now() + ms));
    return ms;
  }

  /** Milliseconds until the primary limit is whole again, where it is used up. */
  function primaryWait(headers: LimitAnswer['headers']): number | undefined {
    if (Number(headers['x-ratelimit-remaining'] ?? 1) > 0) return undefined;
    const reset = Number(headers['x-ratelimit-reset']) * 1000;
    // A second for clocks that differ.
    return Number.isFinite(reset) ? Math.max(reset - now(), 0) + 1000 : firstPause;
  }

  return {
    take({ write, resource }) {
      const closed = Math.max(closedUntil.get('') ?? 0, closedUntil.get(resource) ?? 0) - now();
      const wait = Math.max(closed, ...(write ? buckets.map((one) => one.wait()) : []));
      if (wait > 0) return wait;
      if (write) for (const one of buckets) one.take();
      return 0;
    },

    saw(headers) {
      const wait = primaryWait(headers);
      if (wait !== undefined) closeFor(String(headers['x-ratelimit-resource'] ?? 'core'), wait);
      else pause = firstPause;
    },

    limitedBy({ status, headers, message }) {
      if (status !== 403 && status !== 429 && status !== 200) return undefined;
      const retryAfter = Number(headers['retry-after']);
      if (headers['retry-after'] !== undefined && Number.isFinite(retryAfter)) return closeFor('', retryAfter * 1000);
      const primary = primaryWait(headers);
      if (primary !== undefined) return closeFor(String(headers['x-ratelimit-resource'] ?? ''), primary);
      if (status === 403 && !/rate limit|abuse/i.test(message)) return undefined;
      const wait = pause;
      pause = Math.min(pause * 2, longestPause);
      return closeFor('', wait);
    },
  };
}
