/**
 * What Deck and the CLI do with Temporal, as small interfaces; `prowjobs.ts` and `periodics.ts` implement them.
 */
import type { ProwJob, ProwJobState, ProwJobType } from '../../domain/prowjob.ts';
import type { ProwJobMemo } from '../../domain/prowjob-memo.ts';
import type { StartJobRequest, StartJobResult } from '../../domain/start-job.ts';

/** One ProwJob as visibility lists it: about a second behind the workflow. */
export interface ProwJobSummary {
  /** The ProwJob's name: the run id. */
  name: string;
  workflowId: string;
  executionStatus:
    'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'CONTINUED_AS_NEW' | 'TIMED_OUT' | 'UNKNOWN';
  startTime: Date;
  closeTime?: Date;
  job: string;
  type: ProwJobType;
  state: ProwJobState;
  buildId?: string;
  repo?: string;
  baseRef?: string;
  cluster?: string;
  pulls: string[];
  memo?: ProwJobMemo;
}

export interface ProwJobs {
  /** Newest first. `query` is a Temporal list filter, joined with `WorkflowType="prowJob"` by AND. */
  list(options?: { query?: string }): AsyncIterable<ProwJobSummary>;
  find(name: string): Promise<ProwJobSummary | undefined>;
  /** The complete ProwJob from the live workflow (a query; needs a worker). Undefined when the workflow is unknown. */
  state(summary: Pick<ProwJobSummary, 'workflowId' | 'name'>): Promise<ProwJob | undefined>;
  /** Aborts an incomplete ProwJob; resolves when the request is accepted. Rejects with code `JobNotFound` or `NotAbortable`. */
  abort(name: string, request: { by: string; reason?: string }): Promise<void>;
  /** Runs `startJob` and waits for its result. */
  start(request: StartJobRequest): Promise<StartJobResult>;
}

export interface PeriodicSummary {
  job: string;
  kind: 'schedule' | 'loop';
  /** What starts it, as in the configuration: `interval: 10m`, `cron: 0 3 * * *`, `minimum_interval: 1h`. */
  schedule: string;
  paused: boolean;
  note?: string;
  nextRun?: Date;
  lastRun?: Date;
  /** Runs under way; known for loops only. */
  running: number;
  configHash?: string;
}

export interface Periodics {
  list(): AsyncIterable<PeriodicSummary>;
  pause(job: string, note?: string): Promise<void>;
  resume(job: string, note?: string): Promise<void>;
  /** Starts a run now, by the periodic's own overlap rule; where that would drop it, after the run under way. */
  trigger(job: string): Promise<void>;
}

/** An expected refusal, with a code that callers map to exit codes and HTTP statuses. */
export class RefusedError extends Error {
  readonly code: 'JobNotFound' | 'NotAbortable' | 'ConfigInvalid' | 'MessageInvalid' | 'SpecInvalid';
  constructor(code: RefusedError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RefusedError';
    this.code = code;
  }
}
