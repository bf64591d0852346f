/**
 * Stores the logs of a pod without decoration, which nobody else does (spec jobs.md 6.3): one container's as `build-log.txt`,
 * several as `<container>-build-log.txt` each.
 *
 * A log goes through a file on the disk, so that its size does not matter and no reader ever sees half of it in storage.
 */
import { mkdir, readdir, stat } from 'node:fs/promises';
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
  /** Reads the logs of a run as they are written. Undefined for runs whose logs others store. */
  follow(request: RunRequest): LogFollower | undefined;
  /**
   * Stores the logs of a run that has ended, or ends within `patienceMs`. A log that cannot be had is a note in our own log: the
   * job's result does not depend on it. Rejects where cluster or storage are away.
   */
  store(request: RunRequest, options: { patienceMs: number; signal?: AbortSignal }): Promise<void>;
}

/** What was left by workers that never came back. */
const staleMs = 7 * 86_400_000;

export function createLogArchive(options: LogArchiveOptions): LogArchive {
  const { api, blobs, spoolDir, logger, retriesMs = [1_000, 4_000, 9_000, 16_000] } = options;
  const followers = new Map<string, LogFollower>();
  void removeStale(spoolDir).catch((err: unknown) => logger.warn({ err }, 'Old spooled logs cannot be removed'));

  /** Runs of one worker after the other find the same files. */
  const filesOf = ({ prowJob }: RunRequest) => {
    const { name } = prowJob.metadata;
    const buildId = prowJob.status.build_id ?? '';
    return new Map(containersOf(prowJob).map((each) => [each, join(spoolDir, `${name}-${buildId}-${each}`)]));
  };

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

  return {
    follow(request) {
      if (request.prowJob.spec.decoration_config) return undefined;
      const pod = request.prowJob.metadata.name;
      const follower = createLogFollower({ api, logger, spoolDir, pod, files: filesOf(request) });
      followers.set(pod, follower);
      return {
        ...follower,
        stop() {
          follower.stop();
          if (followers.get(pod) === follower) followers.delete(pod);
        },
      };
    },

    async store(request, { patienceMs, signal }) {
      const { prowJob, storage } = request;
      if (prowJob.spec.decoration_config) return;
      const pod = prowJob.metadata.name;
      const files = filesOf(request);
      await mkdir(spoolDir, { recursive: true, mode: 0o700 });
      // Nobody follows here after a restart, or where another worker watches: then what is still said is followed now.
      const follower = followers.get(pod) ?? createLogFollower({ api, logger, spoolDir, pod, files });
      follower.begin();
      await follower.finish(patienceMs);
      const folder = runKey(prowJob.spec, storage, prowJob.status.build_id ?? '');
      await Promise.all(
        [...files].map(async ([container, path]) => {
          await complete(pod, container, path, signal);
          if (!(await stat(path).catch(() => undefined))) return;
          const key = `${folder}/${logFileName(container, files.size)}`;
          await blobs.putFile(key, path, { contentType: 'text/plain; charset=utf-8' });
          await removeSpool(path);
        }),
      );
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
