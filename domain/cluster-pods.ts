/**
 * The pods of one build cluster as the sweep sees them; the Kubernetes client implements it.
 */
import type { PodFacts } from './plank/pod-facts.ts';

export interface ClusterPods {
  /** Alias of the build cluster. */
  readonly cluster: string;
  /** Milliseconds since the epoch by the clock that the pods' times come from. */
  nowMs(): number;
  /** All pods of `pod_namespace` with the label `created-by-prow=true`, read page by page. */
  list(): AsyncIterable<PodFacts>;
  /**
   * With the pod's own grace period, and only the pod of that uid. Resolves where it is gone already. Errors that the API server
   * answered have its word for them as `reason` (`Forbidden`).
   */
  delete(pod: PodFacts): Promise<void>;
  /** Takes one finalizer off; resolves where it or the pod is gone. */
  stripFinalizer(pod: PodFacts, finalizer: string): Promise<void>;
}
