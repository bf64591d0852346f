/** Rows of the list (`deck/api.ts`) from the items of the read model. */
import { isComplete, mainRefs } from '../../domain/prowjob.ts';
import type { JobRow } from '../api.ts';
import type { ReadItem } from '../read-model/read-model.ts';
import type { DeckSettings } from './deps.ts';

export function rowOf(item: ReadItem, settings: Pick<DeckSettings, 'temporalUiUrl' | 'namespace'>): JobRow {
  const { prowJob, containers, workflowId } = item;
  const { spec, status, metadata } = prowJob;
  const refs = mainRefs(spec);
  return {
    name: metadata.name,
    job: spec.job,
    type: spec.type,
    state: status.state,
    startTime: status.startTime,
    ownRefs: spec.refs !== undefined,
    temporalUrl: temporalUrl(settings, workflowId, metadata.name),
    abortable: !isComplete(prowJob) && status.state !== 'aborted',
    ...(status.pendingTime && { pendingTime: status.pendingTime }),
    ...(status.completionTime && { completionTime: status.completionTime }),
    ...(status.build_id && { buildId: status.build_id, page: pageOf(spec.job, status.build_id) }),
    ...(status.description && { description: status.description }),
    ...(status.url && { url: status.url }),
    ...(spec.cluster && { cluster: spec.cluster }),
    ...(spec.agent && { agent: spec.agent }),
    ...(refs && { refs }),
    ...(containers !== undefined && { containers }),
  };
}

export function pageOf(job: string, buildId: string): string {
  return `/view/prowjob/${encodeURIComponent(job)}/${buildId}`;
}

function temporalUrl(
  { temporalUiUrl, namespace }: Pick<DeckSettings, 'temporalUiUrl' | 'namespace'>,
  workflowId: string,
  runId: string,
): string {
  return `${temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}
