/**
 * What is kept of a ProwJob object of Kubernetes (`kubectl get prowjobs`), and how it belongs to a ProwJob of ours.
 *
 * The truth about a job is its workflow. An object either started one and belongs to it by its uid, whatever its name is, or
 * was made to show one and has its name; there are never two for one job.
 */
import { labelKeys, type Metadata } from '../labels.ts';
import type { ProwJob } from '../prowjob.ts';
import { jobWorkflowId } from '../start-job.ts';
import { ids } from '../wire.ts';

/** Released names: objects in people's clusters carry them. */
export const objectKeys = {
  /** Annotation of objects: the uid of the object that started a job. On a copy it is another's, and says nothing. */
  uid: 'bowsprit/object-uid',
  /** Annotation of objects: the job's workflow. */
  workflow: 'bowsprit/workflow',
  /** Annotation of objects: the name of the ProwJob. */
  prowJob: 'bowsprit/prowjob',
  /** Annotation of objects that could not start a job. */
  refused: 'bowsprit/refused',
  /** Annotation of objects whose spec lacks what Kubernetes does not take. */
  shortened: 'bowsprit/shortened',
  /** Annotation of jobs that were started by an object: `<namespace>/<name>`. */
  object: 'bowsprit/object',
  /** Keeps an object whose job has not ended, so that no deletion is missed. */
  finalizer: 'bowsprit/abort-on-delete',
} as const;

/** The parts of an object that matter here; ten thousand of them fit into memory. */
export interface SeenObject {
  name: string;
  uid: string;
  resourceVersion: string;
  createdMs: number;
  /** Somebody deleted it, and a finalizer keeps it. */
  deleting: boolean;
  /** Those of `objectKeys`. */
  annotations: Partial<Record<string, string>>;
  finalizers: readonly string[];
  shown: ShownSpec;
  status: Readonly<Record<string, unknown>>;
}

/** What lists show of a spec. */
export interface ShownSpec {
  job?: unknown;
  type?: unknown;
  org?: unknown;
  repo?: unknown;
  pulls?: readonly unknown[];
}

export function shownSpec(spec: Partial<ProwJob['spec']>): ShownSpec {
  const { job, type, refs } = spec;
  const pulls = Array.isArray(refs?.pulls) ? refs.pulls.map((pull) => pull?.number) : undefined;
  return {
    job,
    type,
    ...(refs && { org: refs.org, repo: refs.repo }),
    ...(pulls && { pulls }),
  };
}

/** An object that started a job, or is to. */
export function hasStarted({ uid, annotations }: SeenObject): boolean {
  return annotations[objectKeys.uid] === uid;
}

/** Name of the ProwJob that the object stands for; undefined while it stands for none, or its name is not known yet. */
export function prowJobOf(object: SeenObject): string | undefined {
  const named = object.annotations[objectKeys.prowJob];
  return hasStarted(object) || named === object.name ? named : undefined;
}

/** The workflow that an object starts, known before it is started. */
export function workflowOf(object: SeenObject): string | undefined {
  return hasStarted(object) ? object.annotations[objectKeys.workflow] : undefined;
}

/** The same object asks for the same start, however often. */
export function startRequestId(uid: string): string {
  return `object:${uid}`;
}

export function startedWorkflowId(uid: string, job: string): string {
  return jobWorkflowId(ids.startJob(startRequestId(uid)), job);
}

/** Labels and annotations of the job that an object starts, which knows it by them. */
export function metadataForJob(
  { metadata }: Pick<ProwJob, 'metadata'>,
  object: { namespace: string; name: string; uid: string },
): Metadata {
  const { [labelKeys.id]: _id, [labelKeys.buildId]: _buildId, ...labels } = metadata.labels;
  const annotations = Object.entries(metadata.annotations).filter(([key]) => !isOfObject(key));
  return {
    labels,
    annotations: {
      ...Object.fromEntries(annotations),
      [objectKeys.object]: `${object.namespace}/${object.name}`,
      [objectKeys.uid]: object.uid,
    },
  };
}

/** Annotations that say something of an object, and nothing of a job. `kubectl apply` keeps the whole object in one. */
export function isOfObject(annotation: string): boolean {
  return annotation.startsWith('kubectl.kubernetes.io/') || Object.values<string>(objectKeys).includes(annotation);
}

/** Whether the job was started by an object: it gets no other one when that is gone. A rerun has other ids. */
export function wasStartedByObject({ metadata, spec }: ProwJob, workflowId: string): boolean {
  const uid = metadata.annotations[objectKeys.uid];
  return uid !== undefined && startedWorkflowId(uid, spec.job) === workflowId;
}
