/**
 * A ProwJob by its name: from the record that its workflow wrote (spec jobs.md 4.7, rerun of what ran before).
 */
import type { Client } from '@temporalio/client';
import type { BlobStore } from '../domain/blob-store.ts';
import { memoKey, type ProwJobMemo } from '../domain/prowjob-memo.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import { queries, workflowTypes } from '../domain/wire.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The complete ProwJob, or undefined where Temporal and storage know none of that name. */
export async function findRecord(client: Client, blobs: BlobStore, name: string): Promise<ProwJob | undefined> {
  if (!uuid.test(name)) return undefined;
  for await (const run of client.workflow.list({
    query: `WorkflowType="${workflowTypes.prowJob}" AND RunId="${name}"`,
  })) {
    const memo = run.memo?.[memoKey] as ProwJobMemo | undefined;
    const buildId = run.searchAttributes['ProwBuildId']?.[0];
    const record = memo && typeof buildId === 'string' && (await blobs.get(`${memo.dir}/${buildId}/prowjob.json`));
    if (record) return JSON.parse(new TextDecoder().decode(record)) as ProwJob;
    return await client.workflow.getHandle(run.workflowId, run.runId).query<ProwJob>(queries.state);
  }
  return undefined;
}
