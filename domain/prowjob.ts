/**
 * The ProwJob object as Prow serialises it (spec jobs.md 4.1 and 4.3): names of fields are Prow's wire names, because
 * `prowjob.json`, `/prowjobs.js` and `kubectl` users read exactly these.
 */
import type {
  DecorationConfig,
  PodSpec,
  ProwJobDefaults,
  Refs,
  ReporterConfig,
  RerunAuthConfig,
} from './job-config.ts';

export type ProwJobType = 'presubmit' | 'postsubmit' | 'periodic' | 'batch';
export const prowJobTypes: readonly ProwJobType[] = ['presubmit', 'postsubmit', 'periodic', 'batch'];

export type ProwJobState = 'scheduling' | 'triggered' | 'pending' | 'success' | 'failure' | 'aborted' | 'error';
export const prowJobStates: readonly ProwJobState[] = [
  'scheduling',
  'triggered',
  'pending',
  'success',
  'failure',
  'aborted',
  'error',
];

export function isProwJobState(text: unknown): text is ProwJobState {
  return prowJobStates.some((state) => state === text);
}

/** The states in which a ProwJob ends. `aborted` is also an intermediate state until `completionTime` is set. */
export type FinalState = 'success' | 'failure' | 'aborted' | 'error';

/** What is to be run: a snapshot taken when the job is created; later configuration does not affect it. */
export interface ProwJobSpec {
  type: ProwJobType;
  agent?: string;
  cluster?: string;
  namespace?: string;
  job: string;
  refs?: Refs;
  extra_refs?: Refs[];
  report?: boolean;
  context?: string;
  rerun_command?: string;
  max_concurrency?: number;
  error_on_eviction?: boolean;
  pod_spec?: PodSpec;
  decoration_config?: DecorationConfig;
  reporter_config?: ReporterConfig;
  rerun_auth_config?: RerunAuthConfig;
  hidden?: boolean;
  prowjob_defaults?: ProwJobDefaults;
  job_queue_name?: string;
}

/** What has happened so far. Times are RFC 3339 in UTC with whole seconds. */
export interface ProwJobStatus {
  startTime: string;
  pendingTime?: string;
  /** Set once, when the job is finished: "complete" means that this is set, whatever the state. */
  completionTime?: string;
  state: ProwJobState;
  description?: string;
  url?: string;
  pod_name?: string;
  /** Decimal digits, up to 20 of them: always a string, compared as BigInt. */
  build_id?: string;
  pod_revival_count?: number;
  prev_report_states?: Record<string, ProwJobState>;
}

export interface ProwJobMetadata {
  /** A UUID: the run id of the workflow's first run (architecture.md 3.1). */
  name: string;
  namespace: string;
  creationTimestamp: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface ProwJob {
  apiVersion: 'prow.k8s.io/v1';
  kind: 'ProwJob';
  metadata: ProwJobMetadata;
  spec: ProwJobSpec;
  status: ProwJobStatus;
}

export function isComplete(job: Pick<ProwJob, 'status'>): boolean {
  return job.status.completionTime !== undefined;
}

/** The refs that stand for a job in labels, URLs and lists: its own, else the first extra ref (spec 4.2). */
export function mainRefs(spec: Pick<ProwJobSpec, 'refs' | 'extra_refs'>): Refs | undefined {
  return spec.refs ?? spec.extra_refs?.[0];
}

/** RFC 3339 with whole seconds, as Kubernetes writes times. */
export function rfc3339(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
