/**
 * Reads the log of a run: from the run's folder while it runs, from blob storage afterwards.
 */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { RunLogs } from '../../domain/executor.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { readStoredLog } from '../blobs/stored-log.ts';
import { errorCode } from '../error-code.ts';
import { runId, runsFolder } from './runs-folder.ts';

export interface RunLogsOptions {
  dataDir: string;
  blobs: BlobStore;
  /** Blob key of the folder with the run's results; undefined where nobody knows it. */
  runKeyOf: (prowJob: ProwJob) => string | undefined;
}

type Part = Awaited<ReturnType<RunLogs['read']>>;
interface Range {
  offset: number;
  limit: number;
}

export function createRunLogs({ dataDir, blobs, runKeyOf }: RunLogsOptions): RunLogs {
  const folder = runsFolder(dataDir);

  async function readLive(prowJob: ProwJob, { offset, limit }: Range): Promise<Part> {
    const id = runId(prowJob.metadata.name, prowJob.status.build_id ?? '');
    if (id === undefined) return undefined;
    const files = folder.filesOf(id);
    // Before reading: what is written in between belongs to the log as well.
    const hasEnded = existsSync(files.exit);
    const file = await open(files.log).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (!file) return undefined;
    try {
      const { size } = await file.stat();
      const wanted = Math.max(0, Math.min(limit, size - offset));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
      const next = offset + bytesRead;
      return { content: buffer.subarray(0, bytesRead), next, complete: hasEnded && next >= size };
    } finally {
      await file.close();
    }
  }

  async function readStored(prowJob: ProwJob, range: Range): Promise<Part> {
    const results = runKeyOf(prowJob);
    return results === undefined ? undefined : await readStoredLog(blobs, `${results}/build-log.txt`, range);
  }

  return {
    async read(prowJob, { offset, limit }) {
      if (!prowJob.status.build_id) return undefined;
      const range = { offset, limit };
      return (await readLive(prowJob, range)) ?? (await readStored(prowJob, range));
    },
  };
}
