/**
 * How much we may still ask of GitHub (integrations.md 6.6). One budget for each account: what a limit stops is all that the
 * account does, since going on while limited gets integrations banned. Nothing here waits: who is too early is told how long.
 */
import type { RateLimits } from './rate-limits.ts';
import type { RequestKind } from './request-kind.ts';
import { createSlidingWindow } from './sliding-window.ts';

export interface RateBudgetOptions extends RateLimits {
  /** Current time (ms). */
  now: () => number;
}

/** Milliseconds to wait after a secondary limit that names no time; doubled each time it comes again, up to a quarter hour. */
const firstPause = 60_000;
const longestPause = 15 * 60_000;
/** Milliseconds after which to look again whether another request is over. */
const busyPause = 250;

export interface LimitAnswer {
  status: number;
  headers: Readonly<Record<string, string | number | string[] | undefined>>;
  /** The host's words. */
  message: string;
}

export interface RateBudget {
  /** Milliseconds until this may be asked; 0 takes it from the budget, and `ended` must follow. */
  take(request: RequestKind): number;
  /** The request that was taken is over, whatever came of it. After `saw` or `limitedBy`, where there was an answer. */
  ended(request: RequestKind): void;
  /** Notes what an answer says about the primary limit. */
  saw(headers: LimitAnswer['headers']): void;
  /** Milliseconds to wait where the answer is a limit, with status 200 always; undefined for other refusals. */
  limitedBy(answer: LimitAnswer): number | undefined;
}

export function createRateBudget({
  now,
  writesPerMinute = 80,
  writesPerHour = 500,
  pointsPerMinute = 900,
  graphPointsPerMinute = 2000,
  concurrency = 100,
}: RateBudgetOptions): RateBudget {
  const minute = 60_000;
  const content = [
    createSlidingWindow(writesPerMinute, minute, now),
    createSlidingWindow(writesPerHour, 60 * minute, now),
  ];
  const points = createSlidingWindow(pointsPerMinute, minute, now);
  const graphPoints = createSlidingWindow(graphPointsPerMinute, minute, now);
  /** Per resource, and under '' for all of them: the time until which nothing is asked. */
  const closedUntil = new Map<string, number>();
  /** What the host has told of its primary limits. */
  const known = new Map<string, { remaining: number; resetAt: number }>();
  /** Requests under way, by resource. */
  const underWay = new Map<string, number>();
  let allUnderWay = 0;
  let pause = firstPause;

  function closeFor(resource: string, ms: number): number {
    closedUntil.set(resource, Math.max(closedUntil.get(resource) ?? 0, now() + ms));
    return ms;
  }

  const isClosed = () => (closedUntil.get('') ?? 0) > now();

  function count(resource: string, change: 1 | -1): void {
    underWay.set(resource, (underWay.get(resource) ?? 0) + change);
    allUnderWay += change;
  }

  /** Milliseconds until the primary limit is whole again, where it is used up. */
  function primaryWait(headers: LimitAnswer['headers']): number | undefined {
    if (Number(headers['x-ratelimit-remaining'] ?? 1) > 0) return undefined;
    const reset = Number(headers['x-ratelimit-reset']) * 1000;
    // A second for clocks that differ.
    return Number.isFinite(reset) ? Math.max(reset - now(), 0) + 1000 : firstPause;
  }

  function resourceIn(headers: LimitAnswer['headers'], otherwise: string): string {
    return String(headers['x-ratelimit-resource'] ?? otherwise);
  }

  /** Answers overtake each other, so within a window only a lower figure is news. */
  function note(headers: LimitAnswer['headers']): void {
    const remaining = Number(headers['x-ratelimit-remaining'] ?? NaN);
    const resetAt = Number(headers['x-ratelimit-reset'] ?? NaN) * 1000;
    if (!Number.isFinite(remaining) || !Number.isFinite(resetAt)) return;
    const resource = resourceIn(headers, 'core');
    const before = known.get(resource);
    if (before && before.resetAt > resetAt) return;
    const least = before?.resetAt === resetAt ? Math.min(before.remaining, remaining) : remaining;
    known.set(resource, { remaining: least, resetAt });
  }

  /** Requests under way count as if the host had counted them: none too many is sent. */
  function isLast(resource: string): boolean {
    const limit = known.get(resource);
    return limit !== undefined && limit.resetAt > now() && limit.remaining <= (underWay.get(resource) ?? 0);
  }

  return {
    take(request) {
      const { resource } = request;
      const windows = [
        { window: resource === 'graphql' ? graphPoints : points, amount: request.points },
        ...(request.content ? content.map((window) => ({ window, amount: 1 })) : []),
      ];
      const closed = Math.max(closedUntil.get('') ?? 0, closedUntil.get(resource) ?? 0);
      const wait = Math.max(
        closed - now(),
        ...windows.map(({ window, amount }) => window.wait(amount)),
        allUnderWay >= concurrency || (resource !== '' && isLast(resource)) ? busyPause : 0,
      );
      if (wait > 0) return wait;
      for (const { window, amount } of windows) window.add(amount);
      count(resource, 1);
      return 0;
    },

    ended: ({ resource }) => count(resource, -1),

    saw(headers) {
      note(headers);
      const wait = primaryWait(headers);
      if (wait !== undefined) closeFor(resourceIn(headers, 'core'), wait);
      // What was asked before a limit says nothing about its end.
      else if (!isClosed()) pause = firstPause;
    },

    limitedBy({ status, headers, message }) {
      if (status !== 403 && status !== 429 && status !== 200) return undefined;
      const retryAfter = Number(headers['retry-after']);
      if (headers['retry-after'] !== undefined && Number.isFinite(retryAfter)) return closeFor('', retryAfter * 1000);
      const primary = primaryWait(headers);
      if (primary !== undefined) return closeFor(resourceIn(headers, ''), primary);
      if (status === 403 && !/rate limit|abuse/i.test(message)) return undefined;
      // Several that were under way meet the same limit.
      if (isClosed()) return (closedUntil.get('') ?? 0) - now();
      const wait = pause;
      pause = Math.min(pause * 2, longestPause);
      return closeFor('', wait);
    },
  };
}
