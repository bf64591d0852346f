/**
 * Follows the logs of one pod into files while it runs: a kubelet keeps only the last pieces of a long log, so that one read at the
 * end may have lost its beginning.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { spoolLog } from './log-spool.ts';
import type { PodsApi } from './pods-api.ts';

export interface LogFollower {
  /** The containers run; more calls do nothing. */
  begin(): void;
  /** The pod has ended, or is being ended: resolves when all has been read, or nothing has come for the given time. */
  finish(patienceMs: number): Promise<void>;
  /** What was read stays, for whoever follows the pod next. Resolves when nothing is written any more. */
  stop(): Promise<void>;
}

export interface LogFollowerOptions {
  api: Pick<PodsApi, 'log'>;
  logger: Logger;
  pod: string;
  containers: readonly string[];
  /** The file of a container's log. */
  fileOf: (container: string) => Promise<string>;
}

const lookEveryMs = 250;
/** Pauses between two connections. */
const pausesMs = { first: 500, longest: 15_000 };

export function createLogFollower({ api, logger, pod, containers, fileOf }: LogFollowerOptions): LogFollower {
  const stopping = new AbortController();
  const finishing = new AbortController();
  let following: Promise<unknown> | undefined;
  let progressAt = 0;
  const onProgress = () => (progressAt = performance.now());

  async function follow(container: string): Promise<void> {
    let pauseMs = pausesMs.first;
    while (!finishing.signal.aborted && !stopping.signal.aborted) {
      const begun = performance.now();
      try {
        await spoolLog(api, await fileOf(container), {
          pod,
          container,
          follow: true,
          signal: stopping.signal,
          onProgress,
        });
      } catch (err) {
        if (!stopping.signal.aborted)
          logger.debug({ err, pod, container }, 'Log of a container is to be followed again');
      }
      // A container that has ended is asked again ever more seldom until its pod has; mostly that is at once.
      pauseMs = performance.now() - begun > pauseMs ? pausesMs.first : Math.min(pausesMs.longest, pauseMs * 2);
      const signal = AbortSignal.any([stopping.signal, finishing.signal]);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  return {
    begin() {
      following ??= Promise.all(containers.map(follow));
    },
    async finish(patienceMs) {
      finishing.abort();
      onProgress();
      // A log that is written faster than it is read has a long way to go: what counts is that it goes on.
      const idle = setInterval(() => {
        if (performance.now() - progressAt > patienceMs) stopping.abort();
      }, lookEveryMs);
      await following;
      clearInterval(idle);
      stopping.abort();
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
}
