/**
 * The pod that runs a ProwJob, exactly as Prow makes it (spec jobs.md 5.8 to 5.12). Pure: the namespace is set and the pod is
 * created by the executor.
 */
import type { Container, PodSpec } from '../../domain/job-config.ts';
import { podMetadata } from '../../domain/labels.ts';
import type { Pod } from '../../domain/pod.ts';
import type { ProwJob, ProwJobSpec } from '../../domain/prowjob.ts';
import { jobEnvironment, type RunIdentity } from '../job-environment.ts';
import { decorate } from './decorate.ts';
import { envVars } from './env-vars.ts';
import { PodImpossible } from './pod-impossible.ts';

export interface PodOptions {
  /** Decimal digits; counts instead of the one in the ProwJob's status. */
  buildId: string;
  /** Version of the program that creates the pod, for the label `prow.k8s.io/plank-version`; absent: no such label. */
  plankVersion?: string;
  /** A folder of the node that a decorated job's results are copied to, instead of uploading them. */
  localOutputDir?: string;
}

/** The name of a test container that is the only one. */
const testContainer = 'test';

/** Leaves the ProwJob as it is. Throws PodImpossible, of failure type `SpecInvalid`. */
export function podFromProwJob(prowJob: ProwJob, options: PodOptions): Pod {
  const { buildId, plankVersion, localOutputDir } = options;
  const { metadata, spec } = prowJob;
  const podSpec = checked(spec);
  const run: RunIdentity = { spec, name: metadata.name, buildId };
  const plain = plainSpec(podSpec);
  const decoration = spec.decoration_config;
  const made = decoration ? decorate(plain, run, decoration, localOutputDir) : undecorated(plain, run);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: metadata.name,
      ...podMetadata({ ...prowJob, status: { ...prowJob.status, build_id: buildId } }, plankVersion),
    },
    spec: withTerminationMessages(made),
  };
}

/** The job's own spec, if a pod can be made of it. */
function checked({ job, type, pod_spec: podSpec, refs }: ProwJobSpec): PodSpec {
  if (!podSpec) throw new PodImpossible(job, 'its spec has no pod_spec.');
  if (!podSpec.containers?.length) throw new PodImpossible(job, 'its pod_spec has no containers.');
  if (type !== 'periodic' && !refs) throw new PodImpossible(job, `it is a ${type} job and its spec has no refs.`);
  if (type === 'presubmit' && !refs?.pulls?.length)
    throw new PodImpossible(job, 'it is a presubmit job and its refs have no pulls.');
  return podSpec;
}

/** What holds for every pod, decorated or not. */
function plainSpec(spec: PodSpec): PodSpec {
  const { containers = [], automountServiceAccountToken: automount, serviceAccountName: account } = spec;
  return {
    ...spec,
    restartPolicy: 'Never',
    containers: containers.length === 1 ? containers.map(renamed) : containers,
    // Decided before decoration names an account: the token of a default account is never mounted unasked.
    ...((automount === undefined || automount === null) && !account && { automountServiceAccountToken: false }),
  };
}

function renamed({ name: _own, ...rest }: Container): Container {
  return { name: testContainer, ...rest };
}

function undecorated(spec: PodSpec, run: RunIdentity): PodSpec {
  const variables = envVars(jobEnvironment(run));
  const { containers = [] } = spec;
  return {
    ...spec,
    containers: containers.map((container) => ({ ...container, env: [...(container.env ?? []), ...variables] })),
  };
}

/** The end of a failed container's log stays in the pod's status. */
function withTerminationMessages(spec: PodSpec): PodSpec {
  const { initContainers, containers = [] } = spec;
  const told = (container: Container): Container =>
    container['terminationMessagePolicy']
      ? container
      : { ...container, terminationMessagePolicy: 'FallbackToLogsOnError' };
  return {
    ...spec,
    ...(initContainers && { initContainers: initContainers.map(told) }),
    containers: containers.map(told),
  };
}
