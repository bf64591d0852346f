/**
 * Which build clusters there are, and how to reach them: the contexts of kubeconfig files, named by Prow's rules. A context's name is
 * the cluster alias of jobs.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

export interface KubeconfigOptions {
  /** Kubeconfig files. */
  files: readonly string[];
  /** A folder of kubeconfig files, as a mounted secret has them: hidden ones and folders are left out. */
  dir?: string | undefined;
  /** Ending of the files in `dir` that count. */
  suffix?: string | undefined;
  /** Leave the cluster that this process runs in alone. */
  noInClusterConfig?: boolean;
  /** Alias of the cluster that this process runs in. Default `default`. */
  inClusterName?: string | undefined;
  /** Token for the cluster that this process runs in, instead of its service account's own. */
  projectedTokenFile?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** What paths of the service account begin with. Default nothing. */
  root?: string;
}

/** A kubeconfig that cannot be used; the message names the file and what to do. */
export class KubeconfigError extends Error {}

/** The cluster that jobs without `cluster` run in. */
export const defaultCluster = 'default';

/** Each with one context, which is the current one, by alias. Throws KubeconfigError. */
export function loadKubeconfigs(options: KubeconfigOptions): Map<string, KubeConfig> {
  const found = new Map<string, { config: KubeConfig; file: string }>();
  let current: KubeConfig | undefined;
  for (const file of kubeconfigFiles(options)) {
    const all = read(file);
    for (const { name } of all.getContexts()) {
      const other = found.get(name);
      if (other) {
        throw new KubeconfigError(
          `Context ${name} is in ${other.file} and in ${file}: each cluster alias may be there only once.`,
        );
      }
      found.set(name, { config: single(all, name, file), file });
    }
    // Of several files the last one's counts, as in Prow.
    current = found.get(all.getCurrentContext())?.config ?? current;
  }
  const clusters = new Map([...found].map(([name, { config }]) => [name, config]));
  if (options.noInClusterConfig) return clusters;
  const own = inCluster(options);
  const name = (own && options.inClusterName) ?? defaultCluster;
  const added = own ?? current;
  if (added && !clusters.has(name)) clusters.set(name, added);
  return clusters;
}

function kubeconfigFiles({ files, dir, suffix = '', env }: KubeconfigOptions): string[] {
  const named = [...files, ...(dir === undefined ? [] : filesIn(dir, suffix))];
  if (named.length > 0) return named;
  // What every tool for Kubernetes reads unasked.
  const usual = env['KUBECONFIG']?.split(':').filter(Boolean) ?? [join(env['HOME'] ?? '/', '.kube', 'config')];
  return usual.filter((file) => existsSync(file));
}

function filesIn(dir: string, suffix: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => !name.startsWith('..') && name.endsWith(suffix))
      .sort()
      .map((name) => join(dir, name))
      .filter((path) => !statSync(path).isDirectory());
  } catch (error) {
    throw new KubeconfigError(`The folder of kubeconfig files cannot be read: ${words(error)}.`, { cause: error });
  }
}

function read(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    readFileSync(file);
    config.loadFromFile(file);
  } catch (error) {
    throw new KubeconfigError(`Kubeconfig ${file} cannot be used: ${words(error)}.`, { cause: error });
  }
  if (config.getContexts().length === 0) {
    throw new KubeconfigError(`Kubeconfig ${file} has no contexts: each is a build cluster, named as jobs name it.`);
  }
  return config;
}

/** One context of several, on its own. */
function single(all: KubeConfig, name: string, file: string): KubeConfig {
  const context = all.getContextObject(name);
  const cluster = context && all.getCluster(context.cluster);
  if (!context || !cluster) {
    throw new KubeconfigError(`Context ${name} of ${file} names cluster ${context?.cluster}, which is not there.`);
  }
  const user = all.getUser(context.user);
  if (!user) throw new KubeconfigError(`Context ${name} of ${file} names user ${context.user}, who is not there.`);
  const config = new KubeConfig();
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: name });
  return config;
}

/** The cluster that this process runs in; undefined where it runs in none. */
function inCluster({ env, projectedTokenFile, root = '' }: KubeconfigOptions): KubeConfig | undefined {
  const account = `${root}/var/run/secrets/kubernetes.io/serviceaccount`;
  if (!env['KUBERNETES_SERVICE_HOST'] || !env['KUBERNETES_SERVICE_PORT'] || !existsSync(`${account}/ca.crt`)) {
    return undefined;
  }
  const config = new KubeConfig();
  config.loadFromCluster(root);
  if (projectedTokenFile !== undefined) {
    const [cluster] = config.getClusters();
    const user = { name: 'in-cluster', authProvider: { name: 'tokenFile', config: { tokenFile: projectedTokenFile } } };
    if (cluster) config.loadFromClusterAndUser(cluster, user);
  }
  return config;
}

/** The first line: the second may quote the file, which holds secrets. By the field and not by class, since errors also come from other realms. */
function words(error: unknown): string {
  const text = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(text).split('\n', 1)[0] ?? '';
}
