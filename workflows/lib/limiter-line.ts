/**
 * The state of a `limiter`: holders and waiting jobs of one limit, and what messages do to them. No timers, no activities.
 */
import { admissions, compareRequests, isUnlimited, type LimitKind } from '../../domain/jobs/limits.ts';
import { ids } from '../../domain/wire.ts';
import type {
  LimiterInput,
  LimiterState,
  SlotHolder,
  SlotRelease,
  SlotRound,
  SlotWaiter,
} from '../limiter.messages.ts';

export interface Line {
  /** A job asks, or asks again. A holder that asks again has not heard of its grant and is told once more. */
  request(slot: SlotRound, now: number): void;
  /** Forgets a job, unless it has begun a later round meanwhile. */
  release(release: SlotRelease): void;
  setCapacity(capacity: number, now: number): void;
  /** Makes holders of those who may start, at most `limit` of them, and returns all that are to be told. */
  admit(now: number, limit: number): SlotRound[];
  holdersSilentSince(time: number): SlotHolder[];
  seen(holder: SlotHolder, now: number): void;
  dropSilentWaiters(time: number): void;
  /** The earliest `seenAt` of holders and of waiting jobs; infinite where there are none. */
  oldestSeen(): { holder: number; waiter: number };
  isEmpty(): boolean;
  carryOver(): LimiterInput;
  state(): LimiterState;
  /** For the Temporal UI. */
  details(): string;
}

/** Shown to people; the whole line is not. */
const maxShown = 20;

function limitKind(key: string): LimitKind {
  if (key === ids.limitGlobal) return 'global';
  return key.startsWith(ids.limitQueue('')) ? 'queue' : 'job';
}

export function createLine(key: string, input: LimiterInput): Line {
  const kind = limitKind(key);
  const holders = new Map<string, SlotHolder>((input.holders ?? []).map((holder) => [holder.workflowId, holder]));
  const waiting = new Map<string, SlotWaiter>((input.waiting ?? []).map((waiter) => [waiter.workflowId, waiter]));
  const tellAgain = new Set<string>();
  let capacity = input.capacity;

  /** The latest that is known of a shared capacity: from the configuration, or from the youngest job that asked. */
  const learnCapacity = (value: number, since: number) => {
    if (kind === 'job') return;
    if (!capacity || since >= capacity.since) capacity = { value, since };
  };

  const inOrder = (): SlotWaiter[] => {
    const shared = capacity?.value;
    const list = [...waiting.values()].sort(compareRequests);
    return shared === undefined ? list : list.map((waiter) => ({ ...waiter, capacity: shared }));
  };

  const oldest = (entries: Iterable<{ seenAt: number }>) => {
    let time = Infinity;
    for (const { seenAt } of entries) time = Math.min(time, seenAt);
    return time;
  };

  return {
    request(slot, now) {
      learnCapacity(slot.capacity, slot.createdAt);
      const holder = holders.get(slot.workflowId);
      if (holder) {
        if (slot.round < holder.round) return;
        holders.set(slot.workflowId, { ...slot, seenAt: now });
        tellAgain.add(slot.workflowId);
        return;
      }
      const waiter = waiting.get(slot.workflowId);
      if (!waiter || slot.round >= waiter.round) waiting.set(slot.workflowId, { ...slot, seenAt: now });
    },

    release({ workflowId, round }) {
      for (const entries of [holders, waiting]) {
        const entry = entries.get(workflowId);
        if (entry && entry.round <= round) entries.delete(workflowId);
      }
      if (!holders.has(workflowId)) tellAgain.delete(workflowId);
    },

    setCapacity: learnCapacity,

    admit(now, limit) {
      const again = [...tellAgain].flatMap((workflowId) => holders.get(workflowId) ?? []);
      tellAgain.clear();
      const admitted = admissions(kind, holders.size, inOrder()).slice(0, limit);
      for (const waiter of admitted) {
        waiting.delete(waiter.workflowId);
        holders.set(waiter.workflowId, { ...waiter, seenAt: now });
      }
      return [...again, ...admitted];
    },

    holdersSilentSince: (time) =>
      [...holders.values()].filter(({ seenAt }) => seenAt <= time).sort((a, b) => a.seenAt - b.seenAt),

    seen({ workflowId, round }, now) {
      const holder = holders.get(workflowId);
      if (holder && holder.round === round) holders.set(workflowId, { ...holder, seenAt: now });
    },

    dropSilentWaiters(time) {
      for (const { workflowId, seenAt } of waiting.values()) if (seenAt <= time) waiting.delete(workflowId);
    },

    oldestSeen: () => ({ holder: oldest(holders.values()), waiter: oldest(waiting.values()) }),

    isEmpty: () => holders.size === 0 && waiting.size === 0,

    carryOver: () => ({
      v: 1,
      ...(capacity && { capacity }),
      holders: [...holders.values()],
      waiting: [...waiting.values()],
    }),

    state: () => ({
      key,
      ...(capacity && { capacity: capacity.value }),
      holders: [...holders.values()].map(({ workflowId, createdAt, seenAt }) => ({ workflowId, createdAt, seenAt })),
      waiting: inOrder().map(({ workflowId, createdAt, capacity }) => ({ workflowId, createdAt, capacity })),
    }),

    details() {
      const of = capacity && !isUnlimited(kind, capacity.value) ? ` of ${capacity.value}` : '';
      const lines = [`**${holders.size}${of} slots held, ${waiting.size} waiting** (\`${key}\`)`];
      const list = (title: string, jobs: { workflowId: string }[]) => {
        if (jobs.length === 0) return;
        lines.push('', title, ...jobs.slice(0, maxShown).map(({ workflowId }) => `- \`${workflowId}\``));
        if (jobs.length > maxShown) lines.push(`- and ${jobs.length - maxShown} more`);
      };
      list('Held by', [...holders.values()]);
      list('Waiting, next first', inOrder());
      return lines.join('\n');
    },
  };
}
