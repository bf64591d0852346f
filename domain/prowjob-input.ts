/**
 * The argument of the workflow `prowJob`: a complete, resolved ProwJob, because workflows cannot read configuration.
 *
 * Plain JSON; `v` counts incompatible shapes, each with a migration, because schedules keep arguments across releases.
 */
import type { ExecutorKind, RunTimeouts } from './executor.ts';
import type { GcsConfiguration } from './job-config.ts';
import type { FinalState, ProwJobSpec, ProwJobState } from './prowjob.ts';
import type { ChangeJob } from './review/change-jobs.ts';

/** A workflow that is told each transition of the job by the signal `jobChanged`. */
export interface Listener {
  workflowId: string;
}

export interface JobLimits {
  /** Capacity of the job's queue as configured when the job was created; negative = unlimited, 0 = blocked. */
  queueCapacity?: number;
  /** `plank.max_concurrency`; 0 or absent = unlimited. */
  global?: number;
}

/** Retries of a periodic (spec 3.7). */
export interface RetryPolicy {
  /** At most 10. */
  attempts: number;
  intervalMs: number;
  /** Retry after success as well. */
  runAll: boolean;
}

/** How a ProwJob ended that never ran: a person knows the result better. */
export interface Ending {
  state: FinalState;
  description: string;
  /** Shown instead of a page of the run. */
  url: string;
}

export interface ProwJobInput {
  v: 1;
  namespace: string;
  spec: ProwJobSpec;
  /** Complete: automatic, job and caller labels (spec 4.2). */
  labels: Record<string, string>;
  annotations: Record<string, string>;
  description?: string;
  executor: ExecutorKind;
  /** Execution site: selects the task queues `runs-<site>` and `watch-<site>`. */
  site: string;
  storage: GcsConfiguration;
  timeouts: RunTimeouts;
  maxRevivals: number;
  limits?: JobLimits;
  listeners?: Listener[];
  retry?: RetryPolicy;
  /** Number of the retry that this run is; absent for the first attempt. */
  attempt?: number;
  /** Generation of the configuration that the job was compiled from. */
  generation: string;
  /** There is nothing to run: the ProwJob is recorded as it has ended. */
  ended?: Ending;
  /** Vend build ids from tot instead of making snowflakes (spec 4.5). */
  tot?: boolean;
}

/** Argument of the signal `jobChanged`. */
export interface JobChanged {
  /** Name of the ProwJob. */
  name: string;
  workflowId: string;
  job: string;
  state: ProwJobState;
  complete: boolean;
  buildId?: string;
  url?: string;
  description?: string;
  /** For jobs of a change or a push: what its actor remembers of it, and needs to report it. */
  change?: ChangeJob;
}
