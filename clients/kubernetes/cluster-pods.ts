/** The pods of a build cluster for the sweep: read from the API itself, since a watch may lag behind. */
import type { ClusterPods } from '../../domain/cluster-pods.ts';
import type { BuildCluster } from './build-cluster.ts';
import { podFacts } from './pod-facts.ts';

const pageSize = 500;

export function createClusterPods(buildCluster: Pick<BuildCluster, 'name' | 'api' | 'nowMs'>): ClusterPods {
  const { name: cluster, api } = buildCluster;
  return {
    cluster,
    nowMs: () => buildCluster.nowMs(),

    async *list() {
      let next: string | undefined;
      do {
        const page = await api.listPage({ limit: pageSize, ...(next && { continue: next }) });
        yield* page.items.map(podFacts);
        next = page.metadata.continue;
      } while (next);
    },

    async delete({ metadata: { name, uid = '' } }) {
      await api.delete(name, uid);
    },

    async stripFinalizer({ metadata }, finalizer) {
      const pod = await api.get(metadata.name);
      if (pod && pod.metadata.uid === metadata.uid) await api.removeFinalizer(pod, finalizer);
    },
  };
}
