/**
 * Waits for news about many runs with one timer and one folder watch: supervisors touch a file named after their run in the
 * folder of bells, and what is missed that way (a supervisor that was killed) is found by looking now and then.
 */
import { type FSWatcher, mkdirSync, watch } from 'node:fs';

export interface RunPoller {
  /** Calls `look` now, at every ring and at every tick, never twice at a time, until it answers something. */
  until<T>(id: string, look: () => Promise<T | undefined>, signal?: AbortSignal): Promise<T>;
  /** There may be news of this run. */
  nudge(id: string): void;
  /** Ends all waiting with an error. */
  close(): void;
}

interface Waiter {
  id: string;
  look(): void;
  fail(error: unknown): void;
}

export function createRunPoller(bells: string, everyMs: number): RunPoller {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  mkdirSync(bells, { recursive: true });
  let bell: FSWatcher | undefined;
  try {
    bell = watch(bells, { persistent: false }, (_event, id) => nudge(id));
    // Then the timer alone has to do.
    bell.on('error', () => bell?.close());
  } catch {
    // No watches left on this machine: the same.
  }

  function nudge(id: string | null): void {
    for (const waiter of waiters) if (id === null || waiter.id === id) waiter.look();
  }

  function add(waiter: Waiter): void {
    waiters.add(waiter);
    timer ??= setInterval(() => nudge(null), everyMs);
  }

  function remove(waiter: Waiter): void {
    waiters.delete(waiter);
    if (waiters.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    nudge,

    async until<T>(id: string, look: () => Promise<T | undefined>, signal?: AbortSignal): Promise<T> {
      signal?.throwIfAborted();
      if (isClosed) throw closedError();
      return new Promise<T>((resolve, reject) => {
        let isLooking = false;
        let again = false;
        const done = (finish: () => void) => {
          remove(waiter);
          signal?.removeEventListener('abort', aborted);
          finish();
        };
        const aborted = () => waiter.fail(signal?.reason);
        const lookOnce = async () => {
          isLooking = true;
          do {
            again = false;
            const answer = await look();
            if (answer !== undefined) return done(() => resolve(answer));
          } while (again);
          isLooking = false;
        };
        const waiter: Waiter = {
          id,
          look() {
            again = true;
            if (!isLooking) lookOnce().catch((error: unknown) => waiter.fail(error));
          },
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's own reason
          fail: (error) => done(() => reject(error)),
        };
        signal?.addEventListener('abort', aborted, { once: true });
        add(waiter);
        waiter.look();
      });
    },

    close() {
      isClosed = true;
      bell?.close();
      for (const waiter of waiters) waiter.fail(closedError());
    },
  };
}

/** The name says to callers that nothing is wrong with the run. */
function closedError(): Error {
  const error = new Error('This worker is shutting down and follows no more runs.');
  error.name = 'WorkerShutdown';
  return error;
}
