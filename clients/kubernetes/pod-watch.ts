/**
 * One watch of all our pods in a build cluster, shared by everything in the process that waits for one (temporal.md 4.2).
 *
 * It lists once, then follows the changes; a cut watch goes on where it was, an expired one lists again, and a cluster that is
 * away is asked for until it is back. In memory are the facts of pods that have not finished, and of those somebody waits for.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PodFacts } from '../../domain/plank/pod-facts.ts';
import { ApiRefusal, ClusterUnavailable } from './api-error.ts';
import type { Pod, Status } from './api-types.ts';
import { isPodFinished, podFacts } from './pod-facts.ts';
import type { PodsApi } from './pods-api.ts';
import { watchEvents } from './watch-lines.ts';

export interface PodWatch {
  /**
   * Calls back with what is known of a pod, at each change and at once if something is known; undefined = there is none, as
   * far as a list or the watch has told. Until `stop` is called.
   */
  follow(name: string, onChange: (pod: PodFacts | undefined) => void): { stop(): void };
  /** Takes in what a call to the API has answered, so that followers need not wait for the watch. */
  note(pod: Pod): void;
  /** How many pods are held, and whether the cluster answered the last time. */
  state(): { pods: number; connected: boolean };
  close(): void;
}

export interface PodWatchOptions {
  api: PodsApi;
  cluster: string;
  logger: Logger;
  onState?: (connected: boolean) => void;
  /** A watch without a line for so long is dead. Default 150 s: bookmarks come every minute. */
  silenceMs?: number;
  /** First and longest pause between attempts. Default 0.5 s to 30 s. */
  retryMs?: { first: number; longest: number };
}

const pageSize = 250;
/** The server ends a watch after five to ten minutes, at random so that not all of them end at once. */
const watchSeconds = { least: 300, more: 300 };

interface Known {
  facts: PodFacts;
  version: bigint | undefined;
}

/** Starts at once. */
export function createPodWatch(options: PodWatchOptions): PodWatch {
  const { api, cluster, logger, onState, silenceMs = 150_000 } = options;
  const { first, longest } = options.retryMs ?? { first: 500, longest: 30_000 };
  const known = new Map<string, Known>();
  const followers = new Map<string, Set<(pod: PodFacts | undefined) => void>>();
  const stopping = new AbortController();
  let isConnected = false;
  let isListed = false;
  /** A watch has begun: what ends it is a cut, after which the next attempt tells whether the cluster is away. */
  let isOpen = false;
  let resourceVersion: string | undefined;

  function tell(name: string, facts: PodFacts | undefined): void {
    for (const onChange of followers.get(name) ?? []) onChange(facts);
  }

  function take(pod: Pod): void {
    const { name, uid, resourceVersion: text } = pod.metadata;
    const before = known.get(name);
    const version = versionOf(text);
    // Answers to calls and lines of the watch overtake each other.
    const isOld = before?.version !== undefined && version !== undefined && version <= before.version;
    if (isOld && before.facts.metadata.uid === uid) return;
    const facts = podFacts(pod);
    if (isPodFinished(facts) && !followers.has(name)) known.delete(name);
    else known.set(name, { facts, version });
    tell(name, facts);
  }

  function drop(name: string, uid: string): void {
    const before = known.get(name);
    if (before && before.facts.metadata.uid !== uid) return;
    known.delete(name);
    tell(name, undefined);
  }

  async function list(): Promise<void> {
    const seen = new Set<string>();
    const before = new Set(known.keys());
    let next: string | undefined;
    do {
      const page = await api.listPage({ limit: pageSize, ...(next && { continue: next }), signal: stopping.signal });
      for (const pod of page.items) {
        seen.add(pod.metadata.name);
        take(pod);
      }
      next = page.metadata.continue || undefined;
      resourceVersion = page.metadata.resourceVersion;
    } while (next);
    isListed = true;
    // What was known before the list and is not in it has gone meanwhile.
    for (const name of before) if (!seen.has(name)) known.delete(name);
    for (const name of followers.keys()) if (!seen.has(name) && !known.has(name)) tell(name, undefined);
  }

  /** Until the watch ends. Rejects where it did not even begin, or where another list is needed. */
  async function watch(from: string): Promise<void> {
    const timeoutSeconds = watchSeconds.least + Math.floor(Math.random() * watchSeconds.more);
    const stream = await api.watch({ resourceVersion: from, timeoutSeconds, signal: stopping.signal });
    connected(true);
    isOpen = true;
    for await (const event of watchEvents(stream, silenceMs)) {
      if (event.type === 'ERROR') throw new WatchExpired(event.object);
      resourceVersion = event.object.metadata.resourceVersion;
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') drop(event.object.metadata.name, event.object.metadata.uid);
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
          connected(true);
        }
        await watch(resourceVersion ?? '0');
      } catch (error) {
        if (stopping.signal.aborted) return;
        // An answer, whatever it says, may mean that the version is of no use: expired, or of a database that is no more.
        const isExpired = error instanceof WatchExpired || (error instanceof ApiRefusal && error.status === 410);
        if (isExpired || error instanceof ApiRefusal || isServerError(error)) resourceVersion = undefined;
        if (isOpen || isExpired) logger.debug({ cluster, err: error }, 'Watch of pods ended; it goes on');
        else connected(false, error);
      }
      pauseMs = isConnected ? first : Math.min(longest, pauseMs * 2);
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  function connected(is: boolean, err?: unknown): void {
    if (is !== isConnected || (!is && !isListed)) {
      if (is) logger.info({ cluster, pods: known.size }, 'Pods of the build cluster are watched');
      else logger.warn({ cluster, err }, 'The build cluster cannot be watched; it is tried again until it can');
    }
    if (is !== isConnected) onState?.(is);
    isConnected = is;
  }

  void run();

  return {
    follow(name, onChange) {
      const set = followers.get(name) ?? new Set();
      followers.set(name, set.add(onChange));
      const facts = known.get(name)?.facts;
      if (facts) onChange(facts);
      return {
        stop() {
          set.delete(onChange);
          if (set.size > 0 || followers.get(name) !== set) return;
          followers.delete(name);
          const left = known.get(name);
          if (left && isPodFinished(left.facts)) known.delete(name);
        },
      };
    },
    note(pod) {
      const [version, watched] = [versionOf(pod.metadata.resourceVersion), versionOf(resourceVersion ?? '')];
      const isPast = version !== undefined && watched !== undefined && version <= watched;
      // The watch has been there already: a pod that it does not know any more was deleted.
      if (known.has(pod.metadata.name) || !isPast) take(pod);
    },
    state: () => ({ pods: known.size, connected: isConnected }),
    close: () => stopping.abort(),
  };
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
function versionOf(text: string): bigint | undefined {
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}
