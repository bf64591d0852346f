/** Logs of running pods for Deck: from the cluster where a kubeconfig leads there, else by way of the cluster's own worker. */
import type { Client } from '@temporalio/client';
import { createRemoteLogs } from '../clients/temporal/run-log.ts';
import type { ConfigAgent } from '../config/agent.ts';
import type { Settings } from '../config/settings.ts';
import type { LiveLogs } from '../domain/live-logs.ts';
import type { Logger } from '../telemetry/logger.ts';
import { kubeconfigsOf } from './kubeconfigs.ts';

export interface LiveLogsDeps {
  settings: Settings;
  client: Client;
  config: ConfigAgent;
  logger: Logger;
}

/** Answers with the logs of a cluster, by alias. Throws SettingsError. */
export async function openLiveLogs(deps: LiveLogsDeps): Promise<(cluster: string) => LiveLogs> {
  const { settings, client, config, logger } = deps;
  const kubeconfigs = await kubeconfigsOf(settings);
  const { createBuildCluster } = await import('../clients/kubernetes/build-cluster.ts');
  const { createPodLogs } = await import('../clients/kubernetes/pod-logs.ts');
  const opened = new Map<string, LiveLogs>();

  function open(name: string): LiveLogs {
    const kubeConfig = kubeconfigs.get(name);
    if (!kubeConfig) return quiet(createRemoteLogs(client, name));
    const namespace = config.current().main.pod_namespace;
    return quiet(createPodLogs(createBuildCluster({ name, kubeConfig, namespace, logger })));
  }

  /** A cluster that is away has no log to show; that is no failure of the page. */
  function quiet(logs: LiveLogs): LiveLogs {
    return {
      read: (run, range) =>
        logs.read(run, range).catch((err: unknown) => {
          logger.warn({ err, prowjob: run.name }, 'The log of a running pod cannot be read');
          return undefined;
        }),
    };
  }

  return (name) => {
    const known = opened.get(name) ?? open(name);
    opened.set(name, known);
    return known;
  };
}
