/**
 * What is to be done about one ProwJob object and the ProwJob that it stands for, from what is known of both.
 *
 * Temporal is the truth: the object is made to say what the job says. Two things that people do to an object are commands to the
 * job: they delete it, or set its state to `aborted`.
 */
import { isComplete, type FinalState, type ProwJob } from '../prowjob.ts';
import { objectKeys, hasStarted, prowJobOf, shownSpec, type SeenObject } from './object.ts';

export type ObjectAction =
  | { kind: 'none' }
  /** The job has no object yet. */
  | { kind: 'create' }
  /** The object has no job yet: claim it, start one. */
  | { kind: 'start' }
  /** The object will never have a job. */
  | { kind: 'finish'; state: FinalState; description: string }
  | { kind: 'abort'; reason: string }
  /** The object is to say what the job says. */
  | { kind: 'update' }
  /** Nobody knows the job any more: make sure, then remove the object. */
  | { kind: 'forget' };

export interface KnownJob {
  prowJob: ProwJob;
  /** An abort was asked for and accepted; the job tells when it has ended. */
  abortAsked: boolean;
}

export interface ObjectContext {
  namespace: string;
  nowMs: number;
  /** How long refused objects stay, as completed ProwJobs do. */
  maxAgeMs: number;
}

const none = { kind: 'none' } as const;
/** A job that was just started shows in lists after a second or two; nobody waits for those that went long ago. */
const unknownForMs = 600_000;

export function decide(
  object: SeenObject | undefined,
  job: KnownJob | undefined,
  context: ObjectContext,
): ObjectAction {
  if (!object) return job && isTold(job.prowJob) ? { kind: 'create' } : none;
  if (!hasStarted(object) && prowJobOf(object) === undefined) return decideNew(object, context);
  if (!job) return decideUnknown(object, context);
  const { prowJob, abortAsked } = job;
  const complete = isComplete(prowJob);
  if (!complete && (object.deleting || asksForAbort(object))) {
    // Until it has ended, the object keeps saying what its owner wants.
    if (abortAsked || prowJob.status.state === 'aborted') return none;
    return { kind: 'abort', reason: abortReason(object, context.namespace, prowJob) };
  }
  return isTold(prowJob) && differs(object, prowJob) ? { kind: 'update' } : none;
}

function decideNew(object: SeenObject, { nowMs, maxAgeMs }: ObjectContext): ObjectAction {
  const { state, completionTime } = object.status;
  if (completionTime) return isExpired(object, nowMs - maxAgeMs) ? { kind: 'forget' } : none;
  if (object.deleting) return none;
  if (state === 'aborted') {
    return { kind: 'finish', state: 'aborted', description: 'Aborted before it was started.' };
  }
  // Anything further on is somebody else's job: Prow's own, say.
  return state === undefined || state === '' || state === 'triggered' || state === 'scheduling'
    ? { kind: 'start' }
    : none;
}

function decideUnknown(object: SeenObject, { nowMs, maxAgeMs }: ObjectContext): ObjectAction {
  const complete = Boolean(object.status['completionTime']);
  // Claimed, and then nobody knows whether it was started: to start it again is the same start.
  if (prowJobOf(object) === undefined) {
    if (!complete) return { kind: 'start' };
    return object.deleting || isExpired(object, nowMs - maxAgeMs) ? { kind: 'forget' } : none;
  }
  return complete || object.createdMs < nowMs - unknownForMs ? { kind: 'forget' } : none;
}

function isExpired({ annotations, status }: SeenObject, before: number): boolean {
  return annotations[objectKeys.refused] !== undefined && Date.parse(String(status['completionTime'])) < before;
}

/** `aborted` with a completion time is what the bridge itself writes. */
function asksForAbort({ status }: SeenObject): boolean {
  return status['state'] === 'aborted' && !status['completionTime'];
}

function abortReason(object: SeenObject, namespace: string, prowJob: ProwJob): string {
  const place = `ProwJob object ${namespace}/${object.name}`;
  if (object.deleting) return `Aborted through Kubernetes: ${place} was deleted.`;
  const { description } = object.status;
  const own = typeof description === 'string' && description !== prowJob.status.description ? description : '';
  const what = `Aborted through Kubernetes: the state of ${place} was set to aborted`;
  return own ? `${what}: ${own.slice(0, 200)}` : `${what}.`;
}

/** Visibility may say that a job has ended before its record says when. */
function isTold({ status }: ProwJob): boolean {
  return status.completionTime !== undefined || !['success', 'failure', 'error'].includes(status.state);
}

export const statusKeys = [
  'startTime',
  'pendingTime',
  'completionTime',
  'state',
  'description',
  'url',
  'pod_name',
  'build_id',
  'pod_revival_count',
  'prev_report_states',
] as const satisfies readonly (keyof ProwJob['status'])[];

function differs(object: SeenObject, prowJob: ProwJob): boolean {
  const complete = isComplete(prowJob);
  const isKept = object.finalizers.includes(objectKeys.finalizer);
  // On an object that is being deleted, a finalizer can only be taken away.
  if (complete ? isKept : !isKept && !object.deleting) return true;
  if (prowJobOf(object) === undefined) return true;
  if (statusKeys.some((key) => !isSame(object.status[key], prowJob.status[key]))) return true;
  const shown = shownSpec(prowJob.spec);
  return (Object.keys(shown) as (keyof typeof shown)[]).some((key) => !isSame(object.shown[key], shown[key]));
}

/** Empty texts and absent ones are the same to Kubernetes. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? '') === JSON.stringify(b ?? '');
}
