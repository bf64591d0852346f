/**
 * One watch of all our pods in a build cluster, shared by everything in the process that waits for one (temporal.md 4.2).
 *
 * In memory are the facts of pods that have not finished, and of those somebody waits for; whole are only pods that finished
 * while they were waited for, until that is over.
 */
import type { Logger } from 'pino';
import type { PodFacts } from '../../domain/plank/pod-facts.ts';
import type { Pod } from './api-types.ts';
import { createListWatch, versionOf } from './list-watch.ts';
import { isPodFinished, podFacts } from './pod-facts.ts';
import type { PodsApi } from './pods-api.ts';

export interface PodWatch {
  /**
   * Calls back with what is known of a pod, at each change and at once if something is known; undefined = there is none, as
   * far as a list or the watch has told. Until `stop` is called.
   */
  follow(name: string, onChange: OnPodChange): { stop(): void };
  /**
   * Takes in what a call to the API has answered, so that followers need not wait for the watch. One who comes within the minute
   * learns even of a pod that has finished by then.
   */
  note(pod: Pod): void;
  /** How many pods are held, and whether the cluster answered the last time. */
  state(): { pods: number; connected: boolean };
  close(): void;
}

/** `finished` is the whole pod where nothing more will happen in it. */
export type OnPodChange = (pod: PodFacts | undefined, finished?: Pod) => void;

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

interface Known {
  facts: PodFacts;
  finished?: Pod;
  version: bigint | undefined;
}

/** From the creation of a pod until somebody follows it, on a busy day. */
const awaitedMs = 60_000;

/** Starts at once. */
export function createPodWatch(options: PodWatchOptions): PodWatch {
  const { api, cluster, logger, onState } = options;
  const known = new Map<string, Known>();
  const followers = new Map<string, Set<OnPodChange>>();
  /** Pods that were noted, and will be followed. */
  const awaited = new Map<string, NodeJS.Timeout>();
  let isConnected = false;
  let isListed = false;

  function tell(name: string, facts: PodFacts | undefined, finished?: Pod): void {
    for (const onChange of followers.get(name) ?? []) onChange(facts, finished);
  }

  function forgetIfFinished(name: string): void {
    if (known.get(name)?.finished && !followers.has(name) && !awaited.has(name)) known.delete(name);
  }

  function awaitFollower(name: string): void {
    clearTimeout(awaited.get(name));
    const giveUp = () => {
      awaited.delete(name);
      forgetIfFinished(name);
    };
    awaited.set(name, setTimeout(giveUp, awaitedMs).unref());
  }

  function take(pod: Pod): void {
    const { name, uid, resourceVersion: text } = pod.metadata;
    const before = known.get(name);
    const version = versionOf(text);
    // Answers to calls and lines of the watch overtake each other.
    const isOld = before?.version !== undefined && version !== undefined && version <= before.version;
    if (isOld && before.facts.metadata.uid === uid) return;
    const facts = podFacts(pod);
    const finished = isPodFinished(facts) ? pod : undefined;
    known.set(name, { facts, version, ...(finished && { finished }) });
    forgetIfFinished(name);
    tell(name, facts, finished);
  }

  function drop(name: string, uid: string): void {
    const before = known.get(name);
    if (before && before.facts.metadata.uid !== uid) return;
    known.delete(name);
    tell(name, undefined);
  }

  const watch = createListWatch<Pod>({
    api,
    silenceMs: options.silenceMs,
    retryMs: options.retryMs,
    take,
    drop: ({ metadata }) => drop(metadata.name, metadata.uid),
    listing() {
      const before = new Set(known.keys());
      return (seen) => {
        isListed = true;
        // What was known before the list and is not in it has gone meanwhile.
        for (const name of before) if (!seen.has(name)) known.delete(name);
        for (const name of followers.keys()) if (!seen.has(name) && !known.has(name)) tell(name, undefined);
      };
    },
    onAttempt: connected,
    onEnd: (error) => logger.debug({ cluster, err: error }, 'Watch of pods ended; it goes on'),
  });

  function connected(is: boolean, err?: unknown): void {
    if (is !== isConnected || (!is && !isListed)) {
      if (is) logger.info({ cluster, pods: known.size }, 'Pods of the build cluster are watched');
      else logger.warn({ cluster, err }, 'The build cluster cannot be watched; it is tried again until it can');
    }
    if (is !== isConnected) onState?.(is);
    isConnected = is;
  }

  return {
    follow(name, onChange) {
      const set = followers.get(name) ?? new Set();
      followers.set(name, set.add(onChange));
      clearTimeout(awaited.get(name));
      awaited.delete(name);
      const found = known.get(name);
      if (found) onChange(found.facts, found.finished);
      return {
        stop() {
          set.delete(onChange);
          if (set.size > 0 || followers.get(name) !== set) return;
          followers.delete(name);
          forgetIfFinished(name);
        },
      };
    },
    note(pod) {
      const [version, watched] = [versionOf(pod.metadata.resourceVersion), versionOf(watch.resourceVersion() ?? '')];
      const isPast = version !== undefined && watched !== undefined && version <= watched;
      // The watch has been there already: a pod that it does not know any more was deleted.
      if (known.has(pod.metadata.name) || !isPast) take(pod);
      if (!followers.has(pod.metadata.name)) awaitFollower(pod.metadata.name);
    },
    state: () => ({ pods: known.size, connected: isConnected }),
    close() {
      for (const timer of awaited.values()) clearTimeout(timer);
      watch.close();
    },
  };
}
