/**
 * What plank's rules and sinker's read of a Kubernetes pod: a structural subset of the API's object, so that the rules need no
 * client library. Times are RFC 3339 texts; the client converts its own kind of dates.
 */
export interface PodFacts {
  metadata: PodMetadata;
  spec?: { containers?: readonly ContainerSpecFacts[] | undefined } | undefined;
  status?: PodStatusFacts | undefined;
}

export interface PodMetadata {
  /** Name of the ProwJob, unless somebody else made the pod. */
  name: string;
  uid?: string | undefined;
  creationTimestamp?: string | undefined;
  /** Set while the pod is being deleted. */
  deletionTimestamp?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  finalizers?: readonly string[] | undefined;
}

export interface ContainerSpecFacts {
  env?: readonly { name: string; value?: string | undefined }[] | undefined;
}

export interface PodStatusFacts {
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`; unset before the first status is written. */
  phase?: string | undefined;
  reason?: string | undefined;
  /** When the kubelet accepted the pod, so image pulls and init containers come after it. */
  startTime?: string | undefined;
  conditions?: readonly ConditionFacts[] | undefined;
  containerStatuses?: readonly ContainerStatusFacts[] | undefined;
  initContainerStatuses?: readonly ContainerStatusFacts[] | undefined;
}

export interface ConditionFacts {
  type: string;
  /** `True`, `False`, `Unknown`. */
  status: string;
  reason?: string | undefined;
}

/** The condition of a pod that Kubernetes itself ends: its reason says which part of it, and so why. */
export const disruptionCondition = 'DisruptionTarget';

export interface ContainerStatusFacts {
  name?: string | undefined;
  state?: { terminated?: TerminatedFacts | undefined } | undefined;
}

export interface TerminatedFacts {
  exitCode: number;
  reason?: string | undefined;
  finishedAt?: string | undefined;
}

/** The label that says which run the pod is. */
export const buildIdLabel = 'prow.k8s.io/build-id';
/** The label with the ProwJob's name. */
export const prowJobNameLabel = 'prow.k8s.io/id';
/**
 * Set by Prow's crier until it has told the pod's story. Nobody else removes it, so a pod that is to go needs it taken off
 * (spec 5.5, 7).
 */
export const reporterFinalizer = 'prow.x-k8s.io/gcsk8sreporter';
