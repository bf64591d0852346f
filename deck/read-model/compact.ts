/** A ProwJob without the parts that `omit` of `/prowjobs.js` can leave out, so that ten thousand of them stay small. */
import { labelKeys } from '../../domain/labels.ts';
import type { ProwJob } from '../../domain/prowjob.ts';

export function compactProwJob(prowJob: ProwJob): ProwJob {
  const { pod_spec: _pod, decoration_config: _decoration, ...spec } = prowJob.spec;
  const { metadata, status } = prowJob;
  const retest = metadata.labels[labelKeys.retest];
  // The one label that the metric `prowjobs` is counted by.
  const labels: Record<string, string> = retest === undefined ? {} : { [labelKeys.retest]: retest };
  return { ...prowJob, metadata: { ...metadata, labels, annotations: {} }, spec, status: { ...status } };
}
