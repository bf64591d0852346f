/**
 * The life of one ProwJob object as pure steps: created, pending, finished (spec jobs.md 4.3, 4.4, 5.2).
 *
 * Times are given by the caller, because inside a workflow only its own clock is deterministic.
 */
import { rfc3339, type FinalState, type ProwJob } from '../prowjob.ts';
import type { ProwJobInput } from '../prowjob-input.ts';

export function triggeredProwJob(input: ProwJobInput, given: { name: string; buildId: string; now: Date }): ProwJob {
  const time = rfc3339(given.now);
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: {
      name: given.name,
      namespace: input.namespace,
      creationTimestamp: time,
      labels: { ...input.labels },
      annotations: { ...input.annotations },
    },
    spec: input.spec,
    status: {
      startTime: time,
      state: 'triggered',
      build_id: given.buildId,
      ...(input.description && { description: input.description }),
    },
  };
}

/**
 * Plank's step "pod created or found" (spec 5.2 step 4). A job that was pending already has only got another run: it keeps its
 * pending time and description (spec 5.4).
 */
export function pendingProwJob(job: ProwJob, given: { buildId: string; now: Date }): ProwJob {
  const first = job.status.state !== 'pending';
  return {
    ...job,
    metadata: {
      ...job.metadata,
      labels: { ...job.metadata.labels, 'prow.k8s.io/id': job.metadata.name, 'prow.k8s.io/build-id': given.buildId },
    },
    status: {
      ...job.status,
      state: 'pending',
      ...(first && { pendingTime: rfc3339(given.now), description: 'Job triggered.' }),
      build_id: given.buildId,
      pod_name: job.metadata.name,
    },
  };
}

/** The run stopped through no fault of its own and is to be brought back (spec 5.5); the count limits how often. */
export function revivedProwJob(job: ProwJob): ProwJob {
  return { ...job, status: { ...job.status, pod_revival_count: (job.status.pod_revival_count ?? 0) + 1 } };
}

/** Aborted on request: the state counts at once, the completion time only when the run has ended (spec 4.4). */
export function abortedProwJob(job: ProwJob, description: string): ProwJob {
  return { ...job, status: { ...job.status, state: 'aborted', description } };
}

export function finishedProwJob(job: ProwJob, given: { state: FinalState; description: string; now: Date }): ProwJob {
  const { state, description } = given;
  return { ...job, status: { ...job.status, state, description, completionTime: rfc3339(given.now) } };
}

/** The sentence that Deck leaves when somebody aborts or reruns (spec 4.7). */
export function successfully(by: string | undefined, done: 'aborted' | 'reran', name: string): string {
  return by ? `${by} successfully ${done} ${name}.` : `Successfully ${done} ${name}.`;
}
