/** The pods of a build cluster in memory. */
import type { ClusterPods } from '../../domain/cluster-pods.ts';
import type { PodFacts } from '../../domain/plank/pod-facts.ts';

export interface FakeClusterPods extends ClusterPods {
  readonly names: () => string[];
  /** Finalizers taken off, as `<pod> <finalizer>`. */
  readonly stripped: string[];
  /** Deleting a pod of this name fails with this error. */
  readonly failures: Map<string, Error>;
}

export function createFakeClusterPods(cluster: string, given: readonly PodFacts[]): FakeClusterPods {
  const pods = new Map(given.map((pod) => [pod.metadata.name, pod]));
  const stripped: string[] = [];
  const failures = new Map<string, Error>();
  return {
    cluster,
    nowMs: Date.now,
    stripped,
    failures,
    names: () => [...pods.keys()],
    async *list() {
      // A copy: pods are deleted while they are listed.
      yield* Array.from(pods.values());
    },
    async delete({ metadata }) {
      const failure = failures.get(metadata.name);
      if (failure) throw failure;
      pods.delete(metadata.name);
    },
    async stripFinalizer({ metadata }, finalizer) {
      stripped.push(`${metadata.name} ${finalizer}`);
    },
  };
}
