/** Deletes a run's pod, with the grace period that is in it. */
import { reporterFinalizer } from '../../domain/plank/pod-facts.ts';
import type { Pod } from './api-types.ts';
import type { BuildCluster } from './build-cluster.ts';

/** Resolves when the API server has accepted it, or knows no such pod; what remains is the kubelet's (spec 5.5, 5.6). */
export async function deleteRunPod({ api }: BuildCluster, pod: Pod): Promise<void> {
  await api.removeFinalizer(pod, reporterFinalizer);
  if (!pod.metadata.deletionTimestamp) await api.delete(pod.metadata.name, pod.metadata.uid);
}
