/**
 * Stores the logs of a pod without decoration, which nobody else does (spec jobs.md 6.3): one container's as `build-log.txt`,
 * several as `<container>-build-log.txt` each.
 *
 * A log goes through a file on the disk, so that its size does not matter and no reader ever sees half of it in storage.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { RunRequest } from '../../domain/executor.ts';
import { logFileName } from '../../domain/log-files.ts';
import { runKey } from '../../domain/storage-keys.ts';
import { ClusterUnavailable } from './api-error.ts';
import { createLogFollower, type LogFollower } from './log-follower.ts';
import { removeSpool, spoolLog } from './log-spool.ts';
import type { PodsApi } from './pods-api.ts';
import { openSpool, type Spool } from './spool.ts';

export interface LogArchiveOptions {
  api: Pick<PodsApi, 'log'>;
  blobs: BlobStore;
  /** For logs on their way. */
  spoolDir: string;
  logger: Logger;
  /** Pauses before another try of a log that the cluster has but cannot give. Default 1, 4, 9, 16 s. */
  retriesMs?: readonly number[];
}

export interface LogArchive {
  /** Reads the logs of a run as they are written, once its containers run. Undefined for runs whose logs others store. */
  follow(request: RunRequest): { begin(): void; stop(): void } | undefined;
  /**
   * Stores the logs of a run that has ended, or ends within `patienceMs`; of a pod that is gone, what was read before. A log that
   * cannot be had is a note in our own log: the job's result does not depend on it. Rejects where cluster or storage are away.
   */
  store(request: RunRequest, options: StoreOptions): Promise<void>;
}

export interface StoreOptions {
  patienceMs: number;
  /** The pod has ended already: nothing more will be written. */
  hasEnded?: boolean;
  signal?: AbortSignal;
}

/** What was left by workers that never came back. */
const staleMs = 7 * 86_400_000;
const sweepEveryMs = 6 * 3_600_000;

/** One run's logs in this process, as long as anybody here follows or stores them. */
interface Session {
  key: string;
  users: number;
  follower: LogFollower;
  spool(): Promise<Spool>;
  /** Gives the files back where they were opened. */
  close(): Promise<void>;
  /** Storing under way: two at once would get in each other's way. */
  storing: Promise<void>;
  isStored: boolean;
}

export function createLogArchive(options: LogArchiveOptions): LogArchive {
  const { api, blobs, spoolDir, logger, retriesMs = [1_000, 4_000, 9_000, 16_000] } = options;
  const sessions = new Map<string, Session>();
  const closing = new Map<string, Promise<void>>();
  let sweepAt = 0;

  function sweepIfDue(): void {
    if (performance.now() < sweepAt) return;
    sweepAt = performance.now() + sweepEveryMs;
    removeStale(spoolDir).catch((err: unknown) => logger.warn({ err }, 'Old spooled logs cannot be removed'));
  }

  function enter({ prowJob }: RunRequest): Session {
    const pod = prowJob.metadata.name;
    const key = `${pod}-${prowJob.status.build_id ?? ''}`;
    const known = sessions.get(key);
    sweepIfDue();
    if (known) {
      known.users += 1;
      return known;
    }
    const containers = containersOf(prowJob);
    let opened: Promise<Spool> | undefined;
    const open = async () => {
      await closing.get(key);
      return await openSpool(spoolDir, key);
    };
    const spool = () => {
      opened ??= open().catch((error: unknown) => {
        // A disk that is full now need not be so the next time.
        opened = undefined;
        throw error;
      });
      return opened;
    };
    const fileOf = async (container: string) => (await spool()).fileOf(container);
    const follower = createLogFollower({ api, logger, pod, containers, fileOf });
    const close = async () => {
      await follower.stop();
      await (await opened)?.close();
    };
    const session: Session = { key, users: 1, follower, spool, close, storing: Promise.resolve(), isStored: false };
    sessions.set(key, session);
    return session;
  }

  function leave(session: Session): void {
    session.users -= 1;
    if (session.users > 0) return;
    const { key } = session;
    sessions.delete(key);
    const closed = session
      .close()
      .catch((err: unknown) => logger.warn({ err, run: key }, 'The spooled log of a run cannot be given back'))
      .finally(() => {
        if (closing.get(key) === closed) closing.delete(key);
      });
    closing.set(key, closed);
  }

  /** The rest of the log, if there is any. */
  async function complete(pod: string, container: string, path: string, signal?: AbortSignal): Promise<void> {
    const waits = [...retriesMs];
    for (;;) {
      try {
        await spoolLog(api, path, { pod, container, follow: false, ...(signal && { signal }) });
        return;
      } catch (error) {
        signal?.throwIfAborted();
        const wait = waits.shift();
        const problem = { err: error, pod, container };
        if (wait === undefined) {
          // A cluster that is away has the log when it is back; one that answers so often that it cannot give it will not.
          if (error instanceof ClusterUnavailable && error.status === undefined) throw error;
          logger.warn(problem, 'The log of a container cannot be read to its end');
          return;
        }
        logger.debug(problem, 'Reading the log of a container is tried again');
        await delay(wait, undefined, signal ? { signal } : {});
      }
    }
  }

  async function storeSession(session: Session, request: RunRequest, options: StoreOptions) {
    const { prowJob, storage } = request;
    const { patienceMs, hasEnded, signal } = options;
    const pod = prowJob.metadata.name;
    const containers = containersOf(prowJob);
    // Nobody follows here after a restart, or where another worker watches: then what is still said is followed now.
    if (!hasEnded) session.follower.begin();
    await session.follower.finish(patienceMs);
    const spool = await session.spool();
    const folder = runKey(prowJob.spec, storage, prowJob.status.build_id ?? '');
    await Promise.all(
      containers.map(async (container) => {
        const path = spool.fileOf(container);
        await complete(pod, container, path, signal);
        if (!(await stat(path).catch(() => undefined))) return;
        const key = `${folder}/${logFileName(container, containers.length)}`;
        await blobs.putFile(key, path, { contentType: 'text/plain; charset=utf-8' });
      }),
    );
    // Only when all are there, so that another attempt does not read again what the kubelet may no longer have.
    session.isStored = true;
    for (const container of containers) await removeSpool(spool.fileOf(container));
  }

  return {
    follow(request) {
      if (request.prowJob.spec.decoration_config) return undefined;
      const session = enter(request);
      let isLeft = false;
      return {
        begin: () => session.follower.begin(),
        stop() {
          if (!isLeft) leave(session);
          isLeft = true;
        },
      };
    },

    async store(request, options) {
      if (request.prowJob.spec.decoration_config) return;
      const session = enter(request);
      try {
        const mine = session.storing.then(async () => {
          if (!session.isStored) await storeSession(session, request, options);
        });
        session.storing = mine.catch(() => undefined);
        await mine;
      } finally {
        leave(session);
      }
    },
  };
}

/** As they are called in the pod. */
function containersOf({ spec }: RunRequest['prowJob']): string[] {
  const names = spec.pod_spec?.containers?.map(({ name }) => name ?? '') ?? [];
  return names.length > 1 ? names : ['test'];
}

async function removeStale(spoolDir: string): Promise<void> {
  for (const name of await readdir(spoolDir).catch(() => [])) {
    const path = join(spoolDir, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleMs) await removeSpool(path);
  }
}
