/** A ProwJob without the parts that only a detail page needs, so that ten thousand of them stay small. */
import type { ProwJob } from '../../domain/prowjob.ts';

export function compactProwJob(prowJob: ProwJob): ProwJob {
  const { pod_spec: _pod, decoration_config: _decoration, reporter_config: _reporter, ...spec } = prowJob.spec;
  const { status } = prowJob;
  return { ...prowJob, metadata: { ...prowJob.metadata, labels: {}, annotations: {} }, spec, status: { ...status } };
}
