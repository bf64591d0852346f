/**
 * Removes what was stored to handle events of code hosts and is needed no more: webhooks, and what was read of repositories for
 * them. Whoever misses one of the latter reads it once more.
 */
import type { Logger } from 'pino';
import type { BlobStore } from '../domain/blob-store.ts';
import { count, emptySwept, type Swept } from '../domain/sinker/pass.ts';
import { failureReason } from './failure-reason.ts';

/** An actor without news ends after eight days, and hosts send nothing again that is older than a few. */
const keptMs = 14 * 86_400_000;

export interface SweepEventsDeps {
  blobs: Pick<BlobStore, 'list' | 'delete'>;
  /** Blob key without a trailing slash. */
  folder: string;
  logger: Logger;
}

export async function sweepEvents(
  { blobs, folder, logger }: SweepEventsDeps,
  { nowMs, dryRun }: { nowMs: number; dryRun: boolean },
  beat: (progress: unknown) => void,
): Promise<Swept> {
  const swept = emptySwept();
  for await (const { key, updated } of blobs.list(`${folder}/`)) {
    beat({ looked: (swept.existing += 1) });
    if (nowMs - updated <= keptMs) continue;
    try {
      if (!dryRun) await blobs.delete(key);
      count(swept.removed, 'aged');
    } catch (error) {
      count(swept.errors, failureReason(error));
      logger.warn({ err: error, key }, 'An old event cannot be removed');
    }
  }
  return swept;
}
