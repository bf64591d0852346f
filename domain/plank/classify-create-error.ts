/**
 * What a failed pod creation means for its job (spec jobs.md 5.1): the end, or another try.
 */

/** Where the pod was to be made; the text goes into the job's description. */
export interface PodPlace {
  namespace: string;
  name: string;
  /** Alias of the build cluster. */
  cluster: string;
}

export type CreateErrorClass =
  | { kind: 'retry' }
  /** The job ends as `error`; its build id is kept. */
  | { kind: 'final'; description: string };

/**
 * `status` is the HTTP status of the API server's answer; undefined where there was none (network, time-out).
 *
 * 429 is retried, which is a declared difference from the reference: it is an answer to the load of the cluster, not to the pod.
 */
export function classifyCreateError(
  answer: { status?: number | undefined; message: string },
  place: PodPlace,
): CreateErrorClass {
  const { status, message } = answer;
  if (status === undefined || status < 400 || status > 499 || status === 429) return { kind: 'retry' };
  const { namespace, name, cluster } = place;
  const attempt = `create pod ${namespace}/${name} in cluster ${cluster}: ${message}`;
  return { kind: 'final', description: `Pod can not be created: ${attempt}` };
}

/**
 * The description of a job whose build cluster nobody knows: it ends as `error`, also where it was to be aborted. The words
 * differ with what was to be done there.
 */
export function unknownCluster(cluster: string, purpose: 'start' | 'delete'): string {
  const problem =
    purpose === 'start'
      ? `no build client found for cluster ${JSON.stringify(cluster)}`
      : `no build client available for cluster ${cluster}`;
  return `Terminal error: nonretryable error: ${problem}.`;
}
