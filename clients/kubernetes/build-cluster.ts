/** One build cluster as its users in this process share it: connection, calls and the watch of its pods. */
import type { KubeConfig } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import { createConnection } from './connection.ts';
import { createPodWatch, type PodWatch } from './pod-watch.ts';
import { createPodsApi, type PodsApi } from './pods-api.ts';

export interface BuildCluster {
  /** Cluster alias in jobs. */
  readonly name: string;
  /** `pod_namespace`. */
  readonly namespace: string;
  readonly api: PodsApi;
  /** Starts watching at the first call. */
  pods(): PodWatch;
  /** Milliseconds since the epoch by the API server's clock. */
  nowMs(): number;
  close(): void;
}

export interface BuildClusterOptions {
  name: string;
  kubeConfig: KubeConfig;
  namespace: string;
  logger: Logger;
  /** The cluster is watched, or no longer. */
  onState?: (connected: boolean) => void;
  /** Our clock. Default `Date.now`. */
  now?: () => number;
  watch?: { silenceMs?: number; retryMs?: { first: number; longest: number } };
}

/** Talks to nobody before it is asked to: a cluster that is away does not keep a worker from starting. */
export function createBuildCluster(options: BuildClusterOptions): BuildCluster {
  const { name, kubeConfig, namespace, logger, onState, now, watch } = options;
  const connection = createConnection({ cluster: name, kubeConfig, ...(now && { now }) });
  const api = createPodsApi(connection, namespace);
  let pods: PodWatch | undefined;
  return {
    name,
    namespace,
    api,
    pods: () => (pods ??= createPodWatch({ api, cluster: name, logger, ...(onState && { onState }), ...watch })),
    nowMs: () => connection.nowMs(),
    close() {
      pods?.close();
      connection.close();
    },
  };
}
