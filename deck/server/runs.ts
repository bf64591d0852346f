/**
 * Runs as this Deck's viewers may see them: those that Temporal knows, and older ones of which only the record is left.
 * What may not be seen is not found.
 */
import { BlobKeyError } from '../../clients/blobs/storage-error.ts';
import { errorCode } from '../../clients/error-code.ts';
import { bucketOfKey } from '../../domain/blob-key.ts';
import { isAllowedBucket } from '../../rules/buckets.ts';
import { canSee } from '../../rules/visibility.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import type { ReadItem } from '../read-model/read-model.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import { parseRunSource } from './run-source.ts';
import type { Visible } from './visible.ts';

export interface FoundRun {
  job: string;
  buildId: string;
  prowJob: ProwJob;
  /** Absent for runs that Temporal no longer knows. */
  item?: ReadItem;
  /** Blob key of the run's folder. */
  runKey?: string;
}

interface Found {
  exists: boolean;
  /** Absent where the record is none, or may not be seen. */
  prowJob?: ProwJob;
}

export function createRuns({ blobs, config, settings }: DeckDeps, visible: Visible) {
  /** The record in a folder, if it is one and may be seen. Rejects when storage cannot say: then nothing may be shown. */
  async function readRecord(folder: string): Promise<Found> {
    const content = await blobs.get(`${folder}/prowjob.json`).catch((error: unknown) => {
      if (error instanceof BlobKeyError || errorCode(error) === 'ENAMETOOLONG') return undefined;
      throw error;
    });
    const prowJob = content && prowJobFrom(content);
    if (!prowJob) return { exists: content !== undefined };
    const isVisible = canSee(prowJob.spec, settings.viewer, config().main.deck.hidden_repos ?? []);
    return isVisible ? { exists: true, prowJob } : { exists: true };
  }

  /** Anybody can write an address; it must not lead to whatever our credentials open (spec deck.md 1.13, line 40). Throws 400. */
  function checkBucket(key: string): void {
    const loaded = config();
    const { skip_storage_path_validation: skip } = loaded.main.deck;
    if (skip ?? !settings.buckets) return;
    if (isAllowedBucket(key, loaded)) return;
    throw new HttpError(
      400,
      `Bucket ${JSON.stringify(bucketOfKey(key))} is not one of the configuration; deck.additional_allowed_buckets can add it.`,
    );
  }

  async function* recordsAbove(key: string): AsyncGenerator<Found> {
    for (let cut = key.lastIndexOf('/'); cut > 0; cut = key.lastIndexOf('/', cut - 1)) {
      const found = await readRecord(key.slice(0, cut));
      if (found.exists) yield found;
    }
  }

  /** No run keeps its results in the folder of another: what looks like one was written by that other. */
  async function isWithinRun(key: string): Promise<boolean> {
    const { done } = await recordsAbove(key).next();
    return !done;
  }

  return {
    /** The run of an address (`prowjob/…` or `<provider>/<bucket>/…`). Throws 400 and 404. */
    async find(source: string): Promise<FoundRun> {
      const { job, buildId, key } = parseRunSource(source);
      const item = visible.run(job, buildId);
      if (item && (key === undefined || key === item.runKey)) {
        return { job, buildId, item, prowJob: item.prowJob, ...(item.runKey && { runKey: item.runKey }) };
      }
      if (key !== undefined) checkBucket(key);
      const { prowJob } = key === undefined ? {} : await readRecord(key);
      const isInPlace = prowJob?.spec.job === job && prowJob.status.build_id === buildId;
      if (!key || !prowJob || !isInPlace || (await isWithinRun(key))) {
        throw new HttpError(404, `No run ${buildId} of ${job} is known here.`);
      }
      return { job, buildId, prowJob, runKey: key };
    },

    /** Whether an object may be read: it belongs to a run, and whatever record is above it may be seen. Throws 400. */
    async mayRead(key: string): Promise<boolean> {
      checkBucket(key);
      let isOfRun = false;
      for await (const { prowJob } of recordsAbove(key)) {
        if (!prowJob) return false;
        isOfRun = true;
      }
      return isOfRun;
    },
  };
}

export type Runs = ReturnType<typeof createRuns>;

/** Undefined for what is no ProwJob. */
function prowJobFrom(content: Uint8Array): ProwJob | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(content)) as Partial<ProwJob> | null;
    const { metadata, spec, status } = value ?? {};
    const isProwJob = typeof metadata?.name === 'string' && typeof spec?.job === 'string' && status?.state;
    return isProwJob ? (value as ProwJob) : undefined;
  } catch {
    return undefined;
  }
}
