/**
 * Work by key: each key is worked on once at a time, some keys side by side, and one that fails is tried again with growing
 * pauses while the others go on.
 */

export interface WorkQueueOptions {
  /** What fails is told here; the work is tried again unless it says otherwise. */
  work: (key: string) => Promise<void>;
  onFailure: (key: string, error: unknown, failures: number) => void;
  /** How many keys are worked on at once. */
  parallel: number;
  /** First and longest pause after failures. */
  retryMs: { first: number; longest: number };
}

export interface WorkQueue {
  /** Now, or after a while; work that is due earlier stays so. */
  add(key: string, afterMs?: number): void;
  /** Resolves when what is under way has ended; nothing more begins. */
  stop(): Promise<void>;
}

export function createWorkQueue({ work, onFailure, parallel, retryMs }: WorkQueueOptions): WorkQueue {
  const waiting = new Map<string, { timer: NodeJS.Timeout; dueMs: number }>();
  const due = new Set<string>();
  const active = new Map<string, Promise<void>>();
  const failures = new Map<string, number>();
  let stopped = false;

  function add(key: string, afterMs = 0): void {
    if (stopped) return;
    const known = waiting.get(key);
    if (afterMs <= 0) {
      if (known) clearTimeout(known.timer);
      waiting.delete(key);
      due.add(key);
      pump();
      return;
    }
    const dueMs = Date.now() + afterMs;
    if (due.has(key) || (known && known.dueMs <= dueMs)) return;
    if (known) clearTimeout(known.timer);
    waiting.set(key, { dueMs, timer: setTimeout(() => add(key), afterMs) });
  }

  function pump(): void {
    for (const key of due) {
      if (active.size >= parallel) return;
      if (active.has(key)) continue;
      due.delete(key);
      active.set(key, run(key));
    }
  }

  async function run(key: string): Promise<void> {
    try {
      await work(key);
      failures.delete(key);
    } catch (error) {
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      onFailure(key, error, count);
      add(key, Math.min(retryMs.longest, retryMs.first * 2 ** Math.min(count - 1, 20)));
    } finally {
      active.delete(key);
      if (!stopped) pump();
    }
  }

  return {
    add,
    async stop() {
      stopped = true;
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
      due.clear();
      await Promise.all(active.values());
    },
  };
}
