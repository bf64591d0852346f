/** Asking for a piece of a running pod's log by way of Temporal, where the asker cannot reach the cluster. */
import type { LiveLogRun } from './live-logs.ts';

export interface RunLogRequest extends LiveLogRun {
  /** Cluster alias: the worker of this cluster reads. */
  site: string;
  offset: number;
  /** Bytes; at most `maxRunLogBytes` are given. */
  limit: number;
}

export interface RunLogAnswer {
  /** Absent where there is no log (yet). */
  base64?: string;
  next: number;
  atEnd: boolean;
}

/** What fits into a message of a workflow with room to spare. */
export const maxRunLogBytes = 256 * 1024;
