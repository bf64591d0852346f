/** Logs of runs that still go on, in the place where they do: what a build cluster offers, near or far. */
export interface LiveLogRun {
  /** Name of the ProwJob, which is the pod's. */
  name: string;
  buildId: string;
  container: string;
}

export interface LiveLogPart {
  content: Uint8Array;
  next: number;
  /** There is no more at the moment. */
  atEnd: boolean;
}

export interface LiveLogs {
  /** Bytes of the log from `offset` on, at most `limit`. Undefined where there is no log (yet, or any more). */
  read(run: LiveLogRun, range: { offset: number; limit: number }): Promise<LiveLogPart | undefined>;
}
