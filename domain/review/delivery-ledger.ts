/**
 * Which webhooks of a hook were lost, by the attempts that the host's log shows, and which of them are asked for again
 * (integrations.md 6.5). Pure; one ledger for each look at a hook.
 *
 * A delivery is judged by all of its attempts: one that got through at any time is done. Events are told apart by name, because
 * those that nobody wants are taken even while nothing can be handed on. While an event does not get through at all, one delivery
 * of it is tried each time, to find out when that is over; nothing is won by sending all of them against a closed door. One that
 * fails while others get through is given up soon, one that only met closed doors is not.
 */
import { olderFirst, type DeliveryAttempt } from './delivery-log.ts';

const minuteMs = 60_000;
/** What GitHub keeps, less what a look may take. */
export const deliveryWindowMs = 3 * 24 * 60 * minuteMs - 10 * minuteMs;
/** Attempts at one delivery, the host's own included: more than fit into the window with the pauses below. */
export const maxDeliveryAttempts = 45;
/** Of which so many may fail while others get through. */
export const maxLonelyAttempts = 5;
/** Deliveries that are asked for in one look. GitHub counts five points for each, of 900 a minute that all of us have. */
export const maxRedeliveries = 100;
/** How long after an attempt the next one is due; doubled each time. */
const firstPauseMs = 5 * minuteMs;
const longestPauseMs = 120 * minuteMs;
/** The clocks of host and ours differ, and a log may show an attempt late. */
const marginMs = 10 * minuteMs;
/** Attempts so close to each other met the same conditions. */
const nearbyMs = 10 * minuteMs;

export interface DeliveryFindings {
  /** The latest attempt of each delivery that is to be made again, oldest delivery first. */
  again: readonly DeliveryAttempt[];
  /** Number of deliveries that have failed and are left for a later look. */
  waiting: number;
  /** Deliveries that were given up since the last look. */
  lost: readonly DeliveryAttempt[];
  /** Where the next look begins (ms): at the oldest delivery that is not done with. */
  sinceMs: number;
}

export interface DeliveryLedger {
  /** In any order. */
  add(attempt: DeliveryAttempt): void;
  judge(look: { nowMs: number; lastLookMs: number }): DeliveryFindings;
}

interface Entry {
  latest: DeliveryAttempt;
  /** The host's own; absent when that is older than what was read: then it has been decided before. */
  first?: DeliveryAttempt;
  times: number[];
  delivered: boolean;
}

type Failed = Required<Entry>;

/** All attempts at webhooks of one event. */
interface Lane {
  delivered: number[];
  failedMs: number;
}

export function createDeliveryLedger(): DeliveryLedger {
  const entries = new Map<string, Entry>();
  const lanes = new Map<string, Lane>();

  const laneOf = (event: string): Lane => {
    const lane = lanes.get(event) ?? { delivered: [], failedMs: 0 };
    lanes.set(event, lane);
    return lane;
  };
  const lastTaken = (event: string) => laneOf(event).delivered.at(-1) ?? 0;

  /** Failures beside which others of the event got through. */
  const lonely = ({ latest, times }: Failed) =>
    times.filter((time) => hasBetween(laneOf(latest.event).delivered, time - nearbyMs, time + nearbyMs)).length;

  const isGivenUp = (entry: Failed, nowMs: number) =>
    entry.times.length >= maxDeliveryAttempts ||
    entry.first.atMs <= nowMs - deliveryWindowMs ||
    lonely(entry) >= maxLonelyAttempts;

  return {
    add(attempt) {
      const { event, guid, atMs, delivered } = attempt;
      // Says that there is a hook, and nothing else.
      if (event === 'ping') return;
      const entry = entries.get(guid) ?? { latest: attempt, times: [], delivered: false };
      entry.times.push(atMs);
      entry.delivered ||= delivered;
      if (atMs >= entry.latest.atMs) entry.latest = attempt;
      if (!attempt.again) entry.first = attempt;
      entries.set(guid, entry);
      const lane = laneOf(event);
      if (delivered) lane.delivered.push(atMs);
      else lane.failedMs = Math.max(lane.failedMs, atMs);
    },

    judge({ nowMs, lastLookMs }) {
      for (const { delivered } of lanes.values()) delivered.sort((a, b) => a - b);
      const failed = [...entries.values()]
        .flatMap((entry) => (entry.delivered || !entry.first ? [] : [{ ...entry, first: entry.first }]))
        .toSorted((a, b) => olderFirst(a.first, b.first));
      const open: Failed[] = [];
      const lost: Failed[] = [];
      for (const entry of failed) (isGivenUp(entry, nowMs) ? lost : open).push(entry);

      const due = open.filter(({ latest, times }) => {
        // Others of its kind get through by now: what stood in the way may be gone.
        return latest.atMs < lastTaken(latest.event) || latest.atMs + pauseAfter(times.length) <= nowMs;
      });
      const again = [...lanes].flatMap(([event, { failedMs }]) => {
        const ofEvent = due.filter(({ latest }) => latest.event === event);
        const isOpen = lastTaken(event) >= failedMs || lastTaken(event) > nowMs - firstPauseMs;
        return isOpen ? ofEvent : ofEvent.toSorted((a, b) => a.times.length - b.times.length).slice(0, 1);
      });
      const chosen = again.toSorted((a, b) => olderFirst(a.first, b.first)).slice(0, maxRedeliveries);
      return {
        again: chosen.map(({ latest }) => latest),
        waiting: open.length - chosen.length,
        lost: lost.filter((entry) => isNews(entry, lastLookMs, nowMs)).map(({ latest }) => latest),
        sinceMs: Math.max(Math.min(nowMs, open[0]?.first.atMs ?? nowMs) - marginMs, nowMs - deliveryWindowMs),
      };
    },
  };
}

function pauseAfter(attempts: number): number {
  return Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs);
}

/** Whether it was open at the last look: its last attempt came since, or its time has run out since. */
function isNews({ latest, first }: Failed, lastLookMs: number, nowMs: number): boolean {
  const endMs = first.atMs + deliveryWindowMs;
  return latest.atMs > lastLookMs || (endMs > lastLookMs && endMs <= nowMs);
}

/** `times` are sorted. */
function hasBetween(times: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  const found = times[low];
  return found !== undefined && found <= to;
}
