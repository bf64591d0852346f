/** What the bridge writes: objects for jobs, and patches that make an object say what its job says. */
import { isComplete, rfc3339, type FinalState, type ProwJob } from '../prowjob.ts';
import { statusKeys } from './decide.ts';
import { hasStarted, isOfObject, objectKeys, type SeenObject } from './object.ts';

/** etcd takes 1.5 MiB with everything that Kubernetes adds. */
const maxObjectBytes = 1024 * 1024;

export interface NewObject {
  apiVersion: 'prow.k8s.io/v1';
  kind: 'ProwJob';
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
    annotations: Record<string, string>;
    finalizers?: string[];
  };
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
}

/** An object that shows a job. `shortened`: without all that Kubernetes might refuse, for jobs that it has refused. */
export function newObject(
  prowJob: ProwJob,
  { namespace, workflowId, shortened = false }: { namespace: string; workflowId: string; shortened?: boolean },
): NewObject {
  const { metadata, spec } = prowJob;
  const full: NewObject = {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: {
      name: metadata.name,
      namespace,
      labels: metadata.labels,
      annotations: { ...withoutOurs(metadata.annotations), ...marks(prowJob, workflowId) },
      ...(!isComplete(prowJob) && { finalizers: [objectKeys.finalizer] }),
    },
    spec: { ...spec },
    status: statusOf(prowJob),
  };
  return shortened || !fits(full) ? shorter(full) : full;
}

/** What a patch of an object holds; `status` is a patch of its own where the resource has a status of its own. */
export interface ObjectPatch {
  metadata: Record<string, unknown>;
  spec?: Record<string, unknown>;
  status: Record<string, unknown>;
}

/** `prowJob` as complete as it can be had. Objects of others keep the spec that they were made with. */
export function updateOf(
  object: SeenObject,
  prowJob: ProwJob,
  { workflowId, shortened = false }: { workflowId: string; shortened?: boolean },
): ObjectPatch {
  const isShort = shortened || object.annotations[objectKeys.shortened] !== undefined;
  const { pod_spec: _pod, decoration_config: _decoration, ...shown } = prowJob.spec;
  const spec = isShort || hasStarted(object) ? shown : prowJob.spec;
  const finalizers = object.finalizers.filter((name) => name !== objectKeys.finalizer);
  if (!isComplete(prowJob) && (!object.deleting || object.finalizers.includes(objectKeys.finalizer))) {
    finalizers.push(objectKeys.finalizer);
  }
  const patch: ObjectPatch = {
    metadata: {
      ...(!isShort && { labels: prowJob.metadata.labels }),
      annotations: marks(prowJob, workflowId),
      finalizers,
    },
    spec: { ...spec },
    status: { ...Object.fromEntries(statusKeys.map((key) => [key, null])), ...statusOf(prowJob) },
  };
  return fits(patch) ? patch : { ...patch, spec: { ...shown } };
}

/** The object is taken by us before its job is started. */
export function claimOf(object: SeenObject, workflowId: string): Pick<ObjectPatch, 'metadata'> {
  return {
    metadata: {
      // A copy may carry the name of another's job.
      annotations: { [objectKeys.uid]: object.uid, [objectKeys.workflow]: workflowId, [objectKeys.prowJob]: null },
      finalizers: [...new Set([...object.finalizers, objectKeys.finalizer])],
    },
  };
}

/** The start has happened. */
export function nameOf(prowJob: string, workflowId: string): Pick<ObjectPatch, 'metadata'> {
  return { metadata: { annotations: { [objectKeys.prowJob]: prowJob, [objectKeys.workflow]: workflowId } } };
}

const maxDescription = 2_000;

/** There is no job and there will be none. */
export function finishOf(
  object: SeenObject,
  { state, description, now }: { state: FinalState; description: string; now: Date },
): ObjectPatch {
  const { startTime } = object.status;
  return {
    metadata: {
      annotations: { [objectKeys.refused]: 'true' },
      finalizers: object.finalizers.filter((name) => name !== objectKeys.finalizer),
    },
    status: {
      state,
      description: description.slice(0, maxDescription),
      startTime: typeof startTime === 'string' && startTime !== '' ? startTime : rfc3339(new Date(object.createdMs)),
      completionTime: rfc3339(now),
    },
  };
}

function marks({ metadata }: ProwJob, workflowId: string): Record<string, string> {
  return { [objectKeys.prowJob]: metadata.name, [objectKeys.workflow]: workflowId };
}

/** Annotations of a job speak of the object that started it, or of that of the job it is a rerun of. */
function withoutOurs(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !isOfObject(key)));
}

function statusOf({ status }: ProwJob): Record<string, unknown> {
  return Object.fromEntries(statusKeys.flatMap((key) => (status[key] === undefined ? [] : [[key, status[key]]])));
}

function shorter(object: NewObject): NewObject {
  const { pod_spec: _pod, decoration_config: _decoration, ...spec } = object.spec;
  const { labels: _labels, ...metadata } = object.metadata;
  const ours = Object.entries(metadata.annotations).filter(([key]) => key.startsWith('bowsprit/'));
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...Object.fromEntries(ours), [objectKeys.shortened]: 'true' } },
    spec,
  };
}

function fits(value: object): boolean {
  return new TextEncoder().encode(JSON.stringify(value)).length <= maxObjectBytes;
}
