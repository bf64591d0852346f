/**
 * The seam between a ProwJob's workflow and the place where its command runs: a pod, a local process, or nothing.
 *
 * Every call may be repeated after a crash of the worker or a lost answer, so each is idempotent by ProwJob name and build
 * id: `start` adopts what already runs, `watch` can be entered again at any time, `end` may find nothing to end.
 */
import type { ProwJob } from './prowjob.ts';
import type { GcsConfiguration } from './job-config.ts';

export type ExecutorKind = 'process' | 'kubernetes' | 'none';

/** Milliseconds; plank's values with the job's own on top (spec 5.4). */
export interface RunTimeouts {
  pendingMs: number;
  runningMs: number;
  unscheduledMs: number;
}

export interface RunRequest {
  /** With `status.build_id` set: the build id that this run is to have unless one is adopted. */
  prowJob: ProwJob;
  /** The effective storage configuration, also for undecorated jobs (spec 6.3). */
  storage: GcsConfiguration;
  timeouts: RunTimeouts;
  maxRevivals: number;
  /** Build ids of earlier runs of this ProwJob: they are over, and what is left of them is not adopted. */
  endedBuildIds?: string[];
}

export interface StartedRun {
  /** The build id that counts: the requested one, or that of the adopted run. */
  buildId: string;
  adopted: boolean;
}

/** How a run ended, in the words of spec 5.4 and 5.5. */
export type RunOutcome =
  | { kind: 'ended'; state: 'success' | 'failure' | 'error' | 'aborted'; description: string }
  /** The run is gone and is to be started again, with a new build id; counted ones are limited by `max_revivals`. */
  | { kind: 'restart'; cause: string; counted: boolean };

export interface WatchContext {
  /** Tells that the watch is alive; details come back as `resumed` after a retry. */
  heartbeat(details: unknown): void;
  /** Aborted when the worker shuts down or the workflow wants the watch to stop: the watch must reject, not end the run. */
  signal: AbortSignal;
}

export interface Executor {
  readonly kind: ExecutorKind;
  /** Starts the run, or adopts it if it was started already. Rejects with failure type `SpecInvalid` for what it can never run. */
  start(request: RunRequest): Promise<StartedRun>;
  /** Follows the run until it has ended and its results are stored. */
  watch(request: RunRequest, context: WatchContext): Promise<RunOutcome>;
  /** Ends the run, with the job's grace period, and resolves when it is gone and its results are stored. */
  end(request: RunRequest, reason: 'aborted' | 'shutdown'): Promise<void>;
}

/** Reads a run's log while it runs and afterwards. */
export interface RunLogs {
  /**
   * Bytes of the log from `offset` on, at most `limit` of them. `complete` says that the run has ended and that `next` is
   * the end of its log. Undefined where there is no log (yet).
   */
  read(
    prowJob: ProwJob,
    options: { offset: number; limit: number; container?: string },
  ): Promise<{ content: Uint8Array; next: number; complete: boolean } | undefined>;
}
