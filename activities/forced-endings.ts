/**
 * Ends ProwJobs for those who wait for them, whose workflows were ended by force: nobody knows what became of the run, so the
 * ProwJob is an error. Its record says so, its listeners are told, and so no status stays pending for ever.
 *
 * Harmless to repeat: a ProwJob whose record is complete has been told before.
 */
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { createForcedEndings, type ForcedEnding } from '../clients/temporal/forced-endings.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import { mayPass } from '../domain/errors.ts';
import { finishedProwJob, triggeredProwJob } from '../domain/jobs/prowjob-life.ts';
import { isComplete, type ProwJob } from '../domain/prowjob.ts';
import type { ProwJobInput } from '../domain/prowjob-input.ts';
import type { ForcedEndingActivities } from '../domain/review/reconcile-pass.ts';
import { recordKey } from '../domain/storage-keys.ts';
import { beating } from './beating.ts';
import { recordOfJob } from './find-record.ts';
import type { RecordActivities } from './records.ts';

export interface ForcedEndingDeps {
  client: Client;
  blobs: Pick<BlobStore, 'get'>;
  record: RecordActivities['recordTransition'];
  logger: Logger;
}

const descriptions = {
  TERMINATED: 'The workflow of this job was terminated, so what became of it is not known.',
  TIMED_OUT: 'The workflow of this job ran out of time, so what became of it is not known.',
  FAILED: 'The workflow of this job failed, so what became of it is not known.',
} as const;

export function createForcedEndingActivities(deps: ForcedEndingDeps): ForcedEndingActivities {
  const endings = createForcedEndings(deps.client);
  return {
    async recordForcedEndings({ sinceMs }) {
      let ended = 0;
      await beating(async (beat) => {
        for await (const ending of endings.since(sinceMs)) {
          beat(ended);
          if (await recordEnding(ending, deps)) ended += 1;
        }
      });
      return ended;
    },
  };
}

async function recordEnding(ending: ForcedEnding, deps: ForcedEndingDeps): Promise<boolean> {
  const { name, input, summary } = ending;
  const { workflowId, job, executionStatus, closeTime } = summary;
  const last = await recordOfJob(deps.client, deps.blobs, summary).catch((error: unknown) => {
    if (mayPass(error)) throw error;
    // It was ended before it did anything, or its code is not known any more: there is only what it was started with.
    return undefined;
  });
  if (last && isComplete(last)) return false;
  const buildId = last?.status.build_id || summary.buildId;
  const begun = last ?? triggeredProwJob(input, { name, buildId: buildId ?? '', now: summary.startTime });
  const description = executionStatus in descriptions ? descriptions[executionStatus as keyof typeof descriptions] : '';
  const prowJob = finishedProwJob(begun, { state: 'error', description, now: closeTime ?? summary.startTime });
  // Results lie in a folder named by the build id; where there is none, its name serves.
  const placed = { ...prowJob, status: { ...prowJob.status, build_id: buildId || name } };
  if (await isRecordedComplete(deps.blobs, placed, input)) return false;
  await deps.record({ prowJob: placed, workflowId, storage: input.storage, listeners: input.listeners ?? [] });
  deps.logger.warn({ prowjob: name, job, workflowId, executionStatus }, 'A ProwJob was ended by force');
  return true;
}

/** Of one that was recorded here before: its workflow says nothing of it. */
async function isRecordedComplete(
  blobs: Pick<BlobStore, 'get'>,
  { spec, status }: ProwJob,
  { storage }: ProwJobInput,
): Promise<boolean> {
  const content = await blobs.get(recordKey(spec, storage, status.build_id ?? ''));
  return content !== undefined && isComplete(JSON.parse(new TextDecoder().decode(content)) as ProwJob);
}
