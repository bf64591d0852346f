/**
 * What a list shows of a ProwJob without reading anything else: the workflow's memo, set at start and never changed.
 *
 * Kept below the 2 KiB at which SDK and server warn. What changes (state, build id) is in search attributes; everything
 * complete is in the record `<memo.dir>/<build id>/prowjob.json`.
 */
import type { ExecutorKind } from './executor.ts';
import type { Refs } from './job-config.ts';
import type { ProwJobType } from './prowjob.ts';

/** Key under which the memo is stored. */
export const memoKey = 'prowjob';

export interface ProwJobMemo {
  v: 1;
  job: string;
  type: ProwJobType;
  /** Blob key of the folder that holds the job's runs (`<bucket>/logs/<job>`): a run is at `<dir>/<build id>/`. */
  dir: string;
  /** Main refs, pull titles cut; absent when it would not fit. */
  refs?: Refs;
  extra_refs?: Refs[];
  context?: string;
  agent?: string;
  cluster?: string;
  namespace: string;
  executor: ExecutorKind;
  hidden?: boolean;
  tenant_id?: string;
  /** Number of the retry of a periodic. */
  attempt?: number;
}
