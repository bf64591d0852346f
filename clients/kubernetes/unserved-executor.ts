/** What happens to jobs on a cluster that nobody serves: they are refused, since otherwise they would wait for ever (spec jobs.md 5.1). */
import type { FailureType } from '../../domain/errors.ts';
import type { Executor, RunRequest } from '../../domain/executor.ts';
import { unknownCluster } from '../../domain/plank/classify-create-error.ts';

export class ClusterUnknown extends Error {
  readonly type = 'ClusterUnknown' satisfies FailureType;

  constructor({ prowJob }: RunRequest, purpose: 'start' | 'delete') {
    super(unknownCluster(prowJob.spec.cluster || 'default', purpose));
    this.name = 'ClusterUnknown';
  }
}

export function createUnservedExecutor(): Executor {
  return {
    kind: 'kubernetes',
    start: (request) => Promise.reject(new ClusterUnknown(request, 'start')),
    watch: (request) => Promise.reject(new ClusterUnknown(request, 'start')),
    end: (request) => Promise.reject(new ClusterUnknown(request, 'delete')),
  };
}
