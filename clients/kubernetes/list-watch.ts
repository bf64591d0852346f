/**
 * Lists objects of an API server once, then follows their changes: a cut watch goes on where it was, an expired one lists again,
 * and a server that is away is asked for until it is back (temporal.md 4.2).
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiRefusal, ClusterUnavailable } from './api-error.ts';
import type { ListPage, ObjectMeta, Status } from './api-types.ts';
import { watchEvents } from './watch-lines.ts';

export interface ListWatchOptions<T extends { metadata: ObjectMeta }> {
  api: {
    listPage(options: { limit: number; continue?: string; signal?: AbortSignal }): Promise<ListPage<T>>;
    watch(options: { resourceVersion: string; timeoutSeconds: number; signal: AbortSignal }): Promise<IncomingMessage>;
  };
  take: (object: T) => void;
  drop: (object: T) => void;
  /** A list begins, whose objects are taken one by one; what is returned is called at its end with the names that it had. */
  listing: () => (names: ReadonlySet<string>) => void;
  /** Told of each attempt that went well, and of each that did not; `err` is of interest to nobody in between. */
  onAttempt: (connected: boolean, err?: unknown) => void;
  /** A watch that had begun has ended, and goes on. */
  onEnd: (err: unknown) => void;
  /** A watch without a line for so long is dead. Default 150 s: bookmarks come every minute. */
  silenceMs?: number | undefined;
  /** First and longest pause between attempts. Default 0.5 s to 30 s. */
  retryMs?: { first: number; longest: number } | undefined;
}

export interface ListWatch {
  /** Everything up to this version has been seen; undefined before the first list and where another is due. */
  resourceVersion(): string | undefined;
  close(): void;
}

const pageSize = 250;
/** The server ends a watch after five to ten minutes, at random so that not all of them end at once. */
const watchSeconds = { least: 300, more: 300 };

/** Starts at once. */
export function createListWatch<T extends { metadata: ObjectMeta }>(options: ListWatchOptions<T>): ListWatch {
  const { api, take, drop, silenceMs = 150_000 } = options;
  const { first, longest } = options.retryMs ?? { first: 500, longest: 30_000 };
  const stopping = new AbortController();
  let isConnected = false;
  /** A watch has begun: what ends it is a cut, after which the next attempt tells whether the cluster is away. */
  let isOpen = false;
  let resourceVersion: string | undefined;

  function attempted(connected: boolean, err?: unknown): void {
    isConnected = connected;
    options.onAttempt(connected, err);
  }

  async function list(): Promise<void> {
    const seen = new Set<string>();
    const ended = options.listing();
    let next: string | undefined;
    do {
      const page = await api.listPage({ limit: pageSize, ...(next && { continue: next }), signal: stopping.signal });
      for (const object of page.items) {
        seen.add(object.metadata.name);
        take(object);
      }
      next = page.metadata.continue || undefined;
      resourceVersion = page.metadata.resourceVersion;
    } while (next);
    ended(seen);
  }

  /** Until the watch ends. Rejects where it did not even begin, or where another list is needed. */
  async function watch(from: string): Promise<void> {
    const timeoutSeconds = watchSeconds.least + Math.floor(Math.random() * watchSeconds.more);
    const stream = await api.watch({ resourceVersion: from, timeoutSeconds, signal: stopping.signal });
    attempted(true);
    isOpen = true;
    for await (const event of watchEvents<T>(stream, silenceMs)) {
      if (event.type === 'ERROR') throw new WatchExpired(event.object);
      resourceVersion = event.object.metadata.resourceVersion;
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') drop(event.object);
      else take(event.object);
    }
  }

  async function run(): Promise<void> {
    let pauseMs = first;
    while (!stopping.signal.aborted) {
      isOpen = false;
      try {
        if (resourceVersion === undefined) {
          await list();
          attempted(true);
        }
        await watch(resourceVersion ?? '0');
      } catch (error) {
        if (stopping.signal.aborted) return;
        // An answer, whatever it says, may mean that the version is of no use: expired, or of a database that is no more.
        const isExpired = error instanceof WatchExpired || (error instanceof ApiRefusal && error.status === 410);
        if (isExpired || error instanceof ApiRefusal || isServerError(error)) resourceVersion = undefined;
        if (isOpen || isExpired) options.onEnd(error);
        else attempted(false, error);
      }
      pauseMs = isConnected ? first : Math.min(longest, pauseMs * 2);
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  void run();

  return { resourceVersion: () => resourceVersion, close: () => stopping.abort() };
}

/** The server itself ended the watch: mostly because it no longer has the changes since then. */
class WatchExpired extends Error {
  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'the watch ended with an error');
    this.name = 'WatchExpired';
  }
}

function isServerError(error: unknown): boolean {
  return error instanceof ClusterUnavailable && error.status !== undefined;
}

/** Versions are opaque by the book; in fact they are counters, and since Kubernetes 1.35 by the book, too. */
export function versionOf(text: string): bigint | undefined {
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}
