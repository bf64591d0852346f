/**
 * Stores the logs of a pod without decoration, which nobody else does (spec jobs.md 6.3): one container's as `build-log.txt`,
 * several as `<container>-build-log.txt` each.
 *
 * A log goes through a file on the disk, so that its size does not matter and no reader ever sees half of it in storage.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { logFileName } from '../../domain/log-files.ts';
import { ClusterUnavailable } from './api-error.ts';
import type { Pod } from './api-types.ts';
import type { PodsApi } from './pods-api.ts';

export interface LogArchiveDeps {
  api: Pick<PodsApi, 'log'>;
  blobs: BlobStore;
  /** For logs on their way. */
  spoolDir: string;
  logger: Logger;
  /** Pauses before another try of a log that the cluster has but cannot give. Default 1, 4, 9, 16 s. */
  retriesMs?: readonly number[];
}

export interface LogArchiveOptions {
  /** Waits for what the containers still say; else what is there counts. */
  follow?: boolean;
  signal?: AbortSignal;
}

export function archivesLogs({ decoration_config: decoration }: ProwJobSpec): boolean {
  return decoration === undefined;
}

/** A log that cannot be had is a note in our own log: the job's result does not depend on it. Rejects when aborted. */
export async function archiveLogs(deps: LogArchiveDeps, pod: Pod, runKey: string, options: LogArchiveOptions = {}) {
  const containers = pod.spec?.containers.map(({ name }) => name) ?? [];
  await mkdir(deps.spoolDir, { recursive: true, mode: 0o700 });
  await Promise.all(
    containers.map((container) =>
      archiveLog(deps, pod, container, `${runKey}/${logFileName(container, containers.length)}`, options),
    ),
  );
}

async function archiveLog(
  deps: LogArchiveDeps,
  pod: Pod,
  container: string,
  key: string,
  options: LogArchiveOptions,
): Promise<void> {
  const { blobs, logger, spoolDir } = deps;
  const path = join(spoolDir, randomUUID());
  try {
    await spool(deps, pod, container, path, options);
    if (!(await stat(path).catch(() => undefined))) return;
    await blobs.putFile(key, path, { contentType: 'text/plain; charset=utf-8' });
  } finally {
    await rm(path, { force: true }).catch((err: unknown) =>
      logger.warn({ err, path }, 'Spooled log cannot be removed'),
    );
  }
}

/** Writes the whole log to `path`; what came before it broke for good stays there. */
async function spool(deps: LogArchiveDeps, pod: Pod, container: string, path: string, options: LogArchiveOptions) {
  const { api, logger, retriesMs = [1_000, 4_000, 9_000, 16_000] } = deps;
  const { signal, follow } = options;
  const waits = [...retriesMs];
  for (;;) {
    try {
      const log = await api.log(pod.metadata.name, {
        container,
        ...(follow && { follow }),
        ...(signal && { signal }),
      });
      // Straight to the file, so that a log of any size needs no more memory than a piece of it.
      if (log) await pipeline(log, createWriteStream(path, { mode: 0o600 }), signal ? { signal } : {});
      return;
    } catch (error) {
      signal?.throwIfAborted();
      const wait = waits.shift();
      const problem = { err: error, pod: pod.metadata.name, container };
      if (wait === undefined) {
        // A cluster that is away has the log when it is back; one that answers so often that it cannot give it will not.
        if (error instanceof ClusterUnavailable && error.status === undefined) throw error;
        logger.warn(problem, 'The log of a container cannot be stored');
        return;
      }
      logger.debug(problem, 'Reading the log of a container is tried again');
      await delay(wait, undefined, signal ? { signal } : {});
    }
  }
}
