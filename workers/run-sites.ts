/** The places where this worker runs jobs, each with its executor: this machine, or build clusters. */
import { join } from 'node:path';
import type { SinkerSiteDeps } from '../activities/sinker-site.ts';
import { createNoneExecutor } from '../clients/none/executor.ts';
import { createProcessExecutor } from '../clients/process/executor.ts';
import type { Executor } from '../domain/executor.ts';
import type { LiveLogs } from '../domain/live-logs.ts';
import { localSite } from '../domain/wire.ts';
import type { WorkerContext } from './context.ts';
import { kubeconfigsOf, servedClusters } from './kubeconfigs.ts';
import { version } from './version.ts';

export interface RunSite {
  /** Selects the task queues. */
  name: string;
  executor: Executor;
  /** Where logs of running jobs can be read. */
  liveLogs?: LiveLogs;
  /** What runs leave behind here, for the sweep. */
  leftovers?: Pick<SinkerSiteDeps, 'pods' | 'removeRunFolders'>;
}

export interface RunSites {
  sites: RunSite[];
  /** While workers still poll: runs that cannot outlive the system are ended if told so. Pods go on in any case. */
  endRuns(abortRuns: boolean): Promise<void>;
  /** When the workers have stopped. */
  close(): void;
}

export type RunSitesContext = Pick<WorkerContext, 'settings' | 'blobs' | 'logger' | 'config' | 'clusterMetrics'>;

const nothingToEnd = { endRuns: () => Promise.resolve(), close: () => undefined };

/** Throws SettingsError. */
export async function openRunSites(context: RunSitesContext): Promise<RunSites> {
  const { settings, blobs, logger } = context;
  if (settings.executor === 'kubernetes') return await openClusters(context);
  if (settings.executor === 'none') {
    return { sites: [{ name: localSite, executor: createNoneExecutor() }], ...nothingToEnd };
  }
  const executor = createProcessExecutor({
    dataDir: settings.dataDir,
    blobs,
    logger,
    trustPullRequests: settings.trustPullRequests,
    trustedHosts: settings.trustPullRequestsOf === undefined ? [] : [settings.trustPullRequestsOf],
  });
  return {
    sites: [
      {
        name: localSite,
        executor,
        leftovers: { removeRunFolders: (before, options) => executor.removeOldRuns(before, options) },
      },
    ],
    endRuns: (abortRuns) => executor.shutdown(abortRuns),
    close: nothingToEnd.close,
  };
}

async function openClusters({ settings, blobs, logger, config, clusterMetrics }: RunSitesContext): Promise<RunSites> {
  const served = servedClusters(await kubeconfigsOf(settings), settings);
  const { createBuildCluster } = await import('../clients/kubernetes/build-cluster.ts');
  const { createClusterPods } = await import('../clients/kubernetes/cluster-pods.ts');
  const { createKubernetesExecutor } = await import('../clients/kubernetes/executor.ts');
  const { createPodLogs } = await import('../clients/kubernetes/pod-logs.ts');
  const opened = [...served].map(([name, kubeConfig]) => {
    const cluster = createBuildCluster({
      name,
      kubeConfig,
      namespace: config.current().main.pod_namespace,
      logger,
      onState: (connected) => clusterMetrics.setConnected(name, connected),
    });
    // From the start, so that a cluster that is away is seen before a job needs it.
    cluster.pods();
    const liveLogs = createPodLogs(cluster);
    const executor = createKubernetesExecutor({
      cluster,
      blobs,
      logger,
      version,
      spoolDir: join(settings.dataDir, 'spool'),
    });
    const leftovers = { pods: createClusterPods(cluster) };
    return { cluster, liveLogs, site: { name, executor, liveLogs, leftovers } };
  });
  return {
    sites: opened.map(({ site }) => site),
    endRuns: nothingToEnd.endRuns,
    close() {
      for (const { cluster, liveLogs } of opened) {
        liveLogs.close();
        cluster.close();
      }
    },
  };
}
