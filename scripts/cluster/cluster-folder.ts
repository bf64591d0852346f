/**
 * Where one test cluster keeps its state: ports, keys, pid files, logs. Everything it makes lies in this folder, so that several
 * clusters stand side by side; programs and images are shared by all of them in the cache folder.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../../workers/free-port.ts';

const portNames = ['etcd', 'etcdPeer', 'apiServer', 'kubelet', 'registry'] as const;

/** Ports on 127.0.0.1. */
export type ClusterPorts = Record<(typeof portNames)[number], number>;

/** Chosen once per folder and kept, so that what is started again answers where it did before. */
export async function clusterPorts(folder: string): Promise<ClusterPorts> {
  const path = join(folder, 'ports.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as ClusterPorts;
  const ports = new Set<number>();
  while (ports.size < portNames.length) ports.add(await freePort());
  const chosen = Object.fromEntries([...ports].map((port, index) => [portNames[index], port])) as ClusterPorts;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify(chosen));
  return chosen;
}

/** `--folder`, CLUSTER_DIR, or one folder for this machine. */
export function clusterFolder(given?: string, env: NodeJS.ProcessEnv = process.env): string {
  return resolve(given ?? env['CLUSTER_DIR'] ?? join(tmpdir(), 'bowsprit-cluster'));
}

/** CLUSTER_CACHE, or `k8s-cluster` in the user's cache folder: built programs and images, for all clusters of this user. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env['CLUSTER_CACHE'] ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'k8s-cluster'));
}

export function kubeconfigPath(folder: string): string {
  return join(folder, 'kubeconfig');
}
