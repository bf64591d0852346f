/**
 * What a list entry of visibility says by itself: a ProwJob for runs that have no record yet, and the truth about runs whose
 * workflow ended without writing one (terminated, timed out).
 */
import type { ProwJobSummary } from '../../clients/temporal/api.ts';
import type { Refs } from '../../domain/job-config.ts';
import { isComplete, rfc3339, type ProwJob, type ProwJobState } from '../../domain/prowjob.ts';

export function prowJobFromSummary(summary: ProwJobSummary): ProwJob {
  const { name, job, type, state, memo, buildId, startTime } = summary;
  const known = refsFromAttributes(summary);
  const refs = memo?.refs ?? (type === 'periodic' ? undefined : known);
  const extraRefs = memo?.extra_refs ?? (type === 'periodic' && known ? [known] : undefined);
  const time = rfc3339(startTime);
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: { name, namespace: memo?.namespace ?? 'default', creationTimestamp: time, labels: {}, annotations: {} },
    spec: {
      type,
      job,
      ...(memo?.agent && { agent: memo.agent }),
      ...(memo?.cluster && { cluster: memo.cluster }),
      ...(memo?.context && { context: memo.context }),
      ...(refs && { refs }),
      ...(extraRefs && { extra_refs: extraRefs }),
      ...(memo?.hidden && { hidden: true }),
      ...(memo?.tenant_id && { prowjob_defaults: { tenant_id: memo.tenant_id } }),
    },
    status: { startTime: time, state, ...(buildId && { build_id: buildId }) },
  };
}

/** A memo leaves refs out that are too large for it; which repository it was must be known all the same, for hidden ones. */
function refsFromAttributes({ repo, baseRef }: ProwJobSummary): Refs | undefined {
  const cut = repo?.lastIndexOf('/') ?? -1;
  if (!repo || cut < 0) return undefined;
  return { org: repo.slice(0, cut), repo: repo.slice(cut + 1), ...(baseRef && { base_ref: baseRef }) };
}

const endings: Partial<Record<ProwJobSummary['executionStatus'], { state: ProwJobState; description: string }>> = {
  TERMINATED: { state: 'aborted', description: 'The workflow was terminated; its run may not have been ended.' },
  TIMED_OUT: { state: 'error', description: 'The workflow timed out.' },
  FAILED: { state: 'error', description: 'The workflow failed; its history in the Temporal UI says why.' },
  CANCELLED: { state: 'aborted', description: 'The workflow was cancelled.' },
};

/** A workflow that ended without a final record leaves a job that has ended all the same. */
export function withExecutionStatus(prowJob: ProwJob, summary: ProwJobSummary): ProwJob {
  const ending = endings[summary.executionStatus];
  if (!ending || isComplete(prowJob)) return prowJob;
  const completionTime = rfc3339(summary.closeTime ?? summary.startTime);
  return { ...prowJob, status: { ...prowJob.status, ...ending, completionTime } };
}
