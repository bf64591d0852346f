/**
 * The build clusters that the settings lead to. The client library is loaded only where there is one: it needs 70 MB, which
 * workers of other executors do without.
 */
import type { KubeConfig } from '@kubernetes/client-node';
import { SettingsError, type Settings } from '../config/settings.ts';

/** By alias. Throws SettingsError. */
export async function kubeconfigsOf(settings: Settings): Promise<Map<string, KubeConfig>> {
  const { KubeconfigError, loadKubeconfigs } = await import('../clients/kubernetes/kubeconfigs.ts');
  try {
    return loadKubeconfigs({
      files: settings.kubeconfig,
      dir: settings.kubeconfigDir,
      suffix: settings.kubeconfigSuffix,
      noInClusterConfig: settings.noInClusterConfig,
      // A worker inside a build cluster that serves nothing else: its own cluster is the one that is meant.
      inClusterName: settings.cluster.length === 1 ? settings.cluster[0] : undefined,
      projectedTokenFile: settings.projectedTokenFile,
      env: process.env,
    });
  } catch (error) {
    throw error instanceof KubeconfigError ? new SettingsError(error.message, { cause: error }) : error;
  }
}

/** Those that this worker serves. Throws SettingsError where there is none. */
export function servedClusters(all: Map<string, KubeConfig>, { cluster: chosen }: Settings): Map<string, KubeConfig> {
  const there = [...all.keys()].join(', ') || 'none';
  for (const name of chosen) {
    if (!all.has(name)) {
      throw new SettingsError(`--cluster ${name}: no kubeconfig has a context of that name; there are: ${there}.`);
    }
  }
  if (all.size === 0) {
    throw new SettingsError(
      '--executor kubernetes needs to know a build cluster: give --kubeconfig or --kubeconfig-dir, or run in a cluster.',
    );
  }
  return chosen.length === 0 ? all : new Map([...all].filter(([name]) => chosen.includes(name)));
}

/** Aliases of all clusters that anybody serves, as far as the settings say. Throws SettingsError where they say nothing. */
export function knownClusters(all: Map<string, KubeConfig>, { knownCluster }: Settings): string[] {
  const known = [...new Set([...all.keys(), ...knownCluster])];
  if (known.length > 0) return known;
  throw new SettingsError(
    '--executor kubernetes needs to know which build clusters there are: give --kubeconfig, --kubeconfig-dir or --known-cluster.',
  );
}
