/**
 * What Deck's server and pages say to each other, beyond the addresses that Prow's users know (deck.md 1.3). Plain JSON.
 */
import type { Refs } from '../domain/job-config.ts';
import type { ProwJob, ProwJobState, ProwJobType } from '../domain/prowjob.ts';

/** One ProwJob in the list: what a row, its filters and its links need. */
export interface JobRow {
  /** Name of the ProwJob. */
  name: string;
  job: string;
  type: ProwJobType;
  state: ProwJobState;
  /** RFC 3339 */
  startTime: string;
  pendingTime?: string;
  completionTime?: string;
  buildId?: string;
  description?: string;
  /** Where `status.url` points. */
  url?: string;
  /** The job's page on this Deck: `/view/prowjob/<job>/<build id>`. */
  page?: string;
  cluster?: string;
  agent?: string;
  /** Main refs: own, else the first extra ref. */
  refs?: Refs;
  /** The refs are the job's own: pull, branch and author filters look at them. */
  ownRefs: boolean;
  /** Number of containers, if the spec is known. */
  containers?: number;
  /** The workflow's history in the Temporal UI. */
  temporalUrl: string;
  /** May be aborted. */
  abortable: boolean;
}

export interface DeckStatus {
  /** RFC 3339: the list is this old, because Temporal or storage could not be read since. */
  staleSince?: string;
  staleReason?: string;
  /** A changed configuration was refused; the one before stays in force. */
  configRefused?: { at: string; reason: string };
  /** Rerun and abort work for whoever looks at this page. */
  mayAct: boolean;
  version: string;
}

/** `GET /api/jobs` */
export interface JobList {
  items: JobRow[];
  /** Changes with a greater revision are not in this list yet. */
  revision: number;
  status: DeckStatus;
}

/**
 * `GET /events` (server-sent events): `jobs` with JobChanges, `status` with DeckStatus. After a reconnect the page loads
 * `/api/jobs` again.
 */
export interface JobChanges {
  changed: JobRow[];
  /** Names of ProwJobs that are gone. */
  removed: string[];
  revision: number;
}

export interface ArtifactLink {
  /** Below the run's folder: `artifacts/junit_add.xml`, `build-log.txt`. */
  name: string;
  size: number;
  href: string;
}

/** `GET /api/run?src=<everything after /view/>`: the data of a job's page. */
export interface RunPage {
  /** Absent for runs that Temporal no longer knows. */
  row?: JobRow;
  /** Absent where the record is gone or was never written. */
  prowJob?: ProwJob;
  job: string;
  buildId: string;
  artifacts: ArtifactLink[];
  /** `GET /log?...`: answers bytes from `&offset=N` on; headers `X-Log-Next` (next offset) and `X-Log-Complete` (`true`/`false`). */
  log: string;
  prowJobYaml?: string;
  status: DeckStatus;
}
