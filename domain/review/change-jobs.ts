/** ProwJobs as the actor of their change or repository knows them: what it starts, ends and reports (architecture.md 2.3). */
import type { JobStart } from '../effects.ts';
import type { ProwJobState } from '../prowjob.ts';
import type { ChangeEventEnvelope } from './envelope.ts';
import type { GitFacts } from './git-facts.ts';
import type { ItemName } from './host.ts';
import type { RepoName } from './item.ts';

/** What a report says of a job besides its state; follows from its spec and labels. */
export interface ReportFacts {
  context: string;
  /** Commit that gets the status. */
  sha: string;
  baseSha: string;
  /** Author of the pull; empty for pushes. */
  author: string;
  /** From the label; undefined where it says neither. */
  optional?: boolean;
  rerunCommand?: string;
}

/** One ProwJob of the change. */
export interface ChangeJob {
  /** Name of the ProwJob. */
  name: string;
  workflowId: string;
  job: string;
  type: 'presubmit' | 'postsubmit' | 'batch';
  /** Equal for runs of which only the newest is wanted; `duplicateKey` of domain/jobs. */
  key: string;
  state: ProwJobState;
  /** It has ended: one that is `aborted` may still be ending. */
  complete: boolean;
  /** RFC 3339. */
  startedAt: string;
  url?: string;
  description?: string;
  /** Absent for jobs that are not reported to the host (`skip_report`, other agents). */
  report?: ReportFacts;
}

export interface StartChangeJobsRequest {
  /** As resolved. */
  envelope: ChangeEventEnvelope;
  facts?: GitFacts;
  jobs: readonly JobStart[];
  /** Workflow id of the actor that is told each transition. */
  listener: string;
}

export interface StartedChangeJobs {
  /** Also those that an earlier attempt has started. */
  started: readonly ChangeJob[];
  /** Jobs that cannot be started, with the reason for people; not retried. */
  refused: readonly { job: string; reason: string }[];
}

export interface AbortChangeJobsRequest {
  jobs: readonly { workflowId: string; name: string }[];
  /** Shown as the description of each. */
  description: string;
}

/** A ProwJob that has ended without running (spec plugins-review.md, override). */
export interface RecordChangeJobRequest {
  envelope: ChangeEventEnvelope;
  facts?: GitFacts;
  /** What makes a repetition the same: the key of the effect. */
  key: string;
  job: string;
  state: 'success';
  description: string;
  url: string;
}

/** On the queue `admin`. */
export interface ChangeJobActivities {
  startChangeJobs: (request: StartChangeJobsRequest) => Promise<StartedChangeJobs>;
  /** One that has ended, or is ending, counts as aborted. */
  abortChangeJobs: (request: AbortChangeJobsRequest) => Promise<void>;
  recordChangeJob: (request: RecordChangeJobRequest) => Promise<void>;
}

export interface ReportJobsRequest {
  /** Name of the host in the configuration. */
  host: string;
  /** The change; for pushes the repository. */
  of: ItemName | RepoName;
  /** Those whose status the host does not know yet. */
  jobs: readonly ChangeJob[];
  /** All jobs of the change that the actor remembers, for the report comment; absent for pushes. */
  all?: readonly ChangeJob[];
}

export interface ReportedJobs {
  /** What the host refused for good, for the actor's log; never a reason to try again. */
  refused: readonly { job: string; reason: string }[];
}

/** On the queue of the host. */
export interface ReportActivities {
  /** Writes statuses and the one report comment. At least once: both can be repeated. */
  reportJobs: (request: ReportJobsRequest) => Promise<ReportedJobs>;
}
