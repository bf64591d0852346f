/**
 * Lets requests of one account to the host as its budget allows. Short waits are waited for, so that clients need not know of
 * them; who would wait longer is told how long, so that no connection is held.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RateBudget } from '../rate-budget.ts';
import type { RequestKind } from '../request-kind.ts';

export interface Admission {
  readonly budget: RateBudget;
  /** Resolves with what to call when the request is over, or with the milliseconds that it has to wait elsewhere. */
  enter(kind: RequestKind): Promise<{ leave: () => void } | { waitMs: number }>;
  /** Nothing is under way and nobody waits. */
  isIdle(): boolean;
}

export interface AdmissionOptions {
  budget: RateBudget;
  /** Milliseconds for which a request may be held. */
  holdMs: number;
  now: () => number;
}

export function createAdmission({ budget, holdMs, now }: AdmissionOptions): Admission {
  /** Who waits, oldest first. */
  const waiting = new Set<AbortController>();
  let inside = 0;

  function leaver(kind: RequestKind): () => void {
    inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      budget.ended(kind);
      const [first] = waiting;
      first?.abort();
    };
  }

  /** Until so many milliseconds are over, or there is room. */
  async function pause(ms: number): Promise<void> {
    const room = new AbortController();
    waiting.add(room);
    await sleep(ms, undefined, { signal: room.signal }).catch(() => undefined);
    waiting.delete(room);
  }

  return {
    budget,
    async enter(kind) {
      const deadline = now() + holdMs;
      for (;;) {
        const waitMs = budget.take(kind);
        if (waitMs === 0) return { leave: leaver(kind) };
        if (now() + waitMs > deadline) return { waitMs };
        await pause(waitMs);
      }
    },
    isIdle: () => inside === 0 && waiting.size === 0,
  };
}
