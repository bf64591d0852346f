/**
 * Argument and result of the workflow `startJob`: how people, pipelines, API and CLI start a configured job without typing
 * a pod spec (architecture.md 3.1).
 */
import type { Refs } from './job-config.ts';
import type { ProwJobSpec, ProwJobType } from './prowjob.ts';
import { ids } from './wire.ts';

export interface StartJobRequest {
  /** Name of a configured job. Not needed for a rerun. */
  job?: string;
  /** Needed only where one name is a job of several kinds. */
  type?: ProwJobType;
  /** Needed for presubmits, postsubmits and batches: what to test. */
  refs?: Refs;
  /** Added to the first container's environment; a variable the job sets itself is overridden, a reserved one is an error. */
  env?: Record<string, string>;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** Makes the start idempotent: the same id never starts a second job. Default: a random UUID. */
  requestId?: string;
  /** Start again what ran before (spec 4.7). */
  rerun?: {
    /** Name of the old ProwJob. */
    prowJob: string;
    /** `original`: the stored spec unchanged; `latest`: the job as configured now. */
    mode: 'original' | 'latest';
  };
  /** Start exactly this, which was made elsewhere: a ProwJob object of Kubernetes. `job` is its name. */
  given?: { spec: ProwJobSpec };
  /** Who asks, for the description and the audit line. */
  by?: string;
}

export interface StartJobResult {
  /** Name of the new ProwJob. */
  prowJob: string;
  workflowId: string;
  job: string;
}

/** Id of the ProwJob's workflow that `startJob` starts, from its own. */
export function jobWorkflowId(startWorkflowId: string, job: string): string {
  return ids.prowJob(`${startWorkflowId}/${job}`);
}
