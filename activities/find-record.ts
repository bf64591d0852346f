/**
 * A ProwJob: from the record that its workflow wrote, else from the workflow (spec jobs.md 4.7, rerun of what ran before).
 */
import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import type { BlobStore } from '../domain/blob-store.ts';
import { memoKey, type ProwJobMemo } from '../domain/prowjob-memo.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import { queries, workflowTypes } from '../domain/wire.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The complete ProwJob of a name, or undefined where Temporal and storage know none. Visibility lags about a second behind. */
export async function findRecord(
  client: Client,
  blobs: Pick<BlobStore, 'get'>,
  name: string,
): Promise<ProwJob | undefined> {
  if (!uuid.test(name)) return undefined;
  for await (const run of client.workflow.list({
    query: `WorkflowType="${workflowTypes.prowJob}" AND RunId="${name}"`,
  })) {
    return await recordOf(client, blobs, run);
  }
  return undefined;
}

/** The same where the workflow is known, without visibility. */
export async function recordOfJob(
  client: Client,
  blobs: Pick<BlobStore, 'get'>,
  { workflowId, name }: { workflowId: string; name: string },
): Promise<ProwJob | undefined> {
  try {
    return await recordOf(client, blobs, await client.workflow.getHandle(workflowId, name).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

type Run = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'memo' | 'searchAttributes'>;

async function recordOf(client: Client, blobs: Pick<BlobStore, 'get'>, run: Run): Promise<ProwJob | undefined> {
  const memo = run.memo?.[memoKey] as ProwJobMemo | undefined;
  const buildId = run.searchAttributes['ProwBuildId']?.[0];
  const record = memo && typeof buildId === 'string' && (await blobs.get(`${memo.dir}/${buildId}/prowjob.json`));
  if (record) return JSON.parse(new TextDecoder().decode(record)) as ProwJob;
  return await client.workflow.getHandle(run.workflowId, run.runId).query<ProwJob>(queries.state);
}
