/**
 * Who may start under a concurrency limit (spec jobs.md 5.2): per job name, per queue, and for the whole installation.
 *
 * Pure; the workflow `limiter` keeps the line of one limit and asks here. Limits are keyed by job name or queue name alone, so
 * jobs of one name in several repositories share theirs.
 */

export type LimitKind = 'job' | 'queue' | 'global';

export interface SlotRequest {
  /** Workflow id of the job. */
  workflowId: string;
  /** Creation time of the job in milliseconds: its place in the line. */
  createdAt: number;
  /** The limit frozen in the job's spec; it is compared for limits of kind `job`. */
  capacity: number;
}

/** A queue of capacity 0 is blocked and a negative one unlimited; for a job and the installation 0 means that there is no limit. */
export function isUnlimited(kind: LimitKind, capacity: number): boolean {
  return kind === 'queue' ? capacity < 0 : capacity <= 0;
}

/**
 * Whether one more job may start beside `pending` others, with `earlier` ones created before it still waiting.
 * Those count like pending ones, which makes the line oldest first.
 */
export function mayStart(kind: LimitKind, capacity: number, counts: { pending: number; earlier: number }): boolean {
  return isUnlimited(kind, capacity) || counts.pending + counts.earlier < capacity;
}

/** Order of the line. The id only makes equal times a stable order; it gives no precedence (see `admissions`). */
export function compareRequests(a: SlotRequest, b: SlotRequest): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  return a.workflowId < b.workflowId ? -1 : a.workflowId > b.workflowId ? 1 : 0;
}

/**
 * The requests that may start now, in that order.
 *
 * `waiting` is sorted by `compareRequests`. Each is judged by its own capacity: a younger job of the same name with a larger
 * frozen limit may pass an older one with a smaller. Waiting jobs of the same creation time do not block one another.
 */
export function admissions<R extends SlotRequest>(kind: LimitKind, pending: number, waiting: readonly R[]): R[] {
  const admitted: R[] = [];
  let stillWaiting = 0;
  let earlier = 0;
  let time: number | undefined;
  for (const request of waiting) {
    if (request.createdAt !== time) {
      time = request.createdAt;
      earlier = stillWaiting;
    }
    if (mayStart(kind, request.capacity, { pending: pending + admitted.length, earlier })) admitted.push(request);
    else stillWaiting += 1;
  }
  return admitted;
}
