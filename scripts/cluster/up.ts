/** Starts and ends a whole test cluster. Starting again what runs already does nothing. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { startApiServer } from './api-server.ts';
import { removeCgroup } from './cgroup.ts';
import { kubeconfigPath } from './cluster-folder.ts';
import { stopDaemon } from './daemon.ts';
import { containerdSocket, podNetwork, startNode } from './node.ts';
import { ensurePrerequisites } from './prerequisites.ts';
import { findProgram, runProgram } from './run-program.ts';

export interface ClusterOptions {
  /** Only etcd and kube-apiserver: needs no root, and pods do not run. */
  apiOnly: boolean;
  /** Told of steps that take long. Default nobody. */
  say?: (line: string) => void;
}

/** Resolves with the path of the kubeconfig when the cluster, with its node, is ready. Rejects with ClusterError. */
export async function clusterUp(folder: string, { apiOnly, say = () => {} }: ClusterOptions): Promise<string> {
  await ensurePrerequisites(apiOnly, say);
  await startApiServer(folder, { serviceAccounts: !apiOnly }, say);
  if (!apiOnly) await startNode(folder, async () => await isReadyForPods(folder), say);
  return kubeconfigPath(folder);
}

/** Ends every program and pod of the cluster and removes its folder. Fine when there is none. */
export async function clusterDown(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of ['kubelet', 'kube-controller-manager', 'kube-scheduler']) await stopDaemon(folder, name);
  const network = podNetwork(folder);
  if (network) {
    await removeCgroup(folder);
    await endShims(folder);
  }
  for (const name of ['containerd', 'registry', 'kube-apiserver', 'etcd']) await stopDaemon(folder, name);
  if (network) {
    for (const point of mountPointsBelow(folder)) await runProgram('umount', ['-l', point]).catch(() => '');
    const ip = findProgram('ip');
    if (ip) await runProgram(ip, ['link', 'delete', network.bridge]).catch(() => '');
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The node accepts pods, and the account that pods run under has been made. */
async function isReadyForPods(folder: string): Promise<boolean> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath(folder));
  const api = config.makeApiClient(CoreV1Api);
  const { items } = await api.listNode();
  const ready = items.some((node) =>
    node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
  if (!ready) return false;
  await api.readNamespacedServiceAccount({ namespace: 'default', name: 'default' });
  return true;
}

/** containerd leaves one helper process per pod behind, which is known by containerd's address in its arguments. */
async function endShims(folder: string): Promise<void> {
  const address = containerdSocket(folder);
  const shims = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        const [program = '', ...args] = readArguments(pid);
        return program.includes('containerd-shim') && args.includes(address);
      });
  // With their containers gone they go by themselves in a moment; the rest is ended.
  for (let waited = 0; waited < 2_000 && shims().length > 0; waited += 100) await sleep(100);
  for (const pid of shims()) process.kill(Number(pid), 'SIGKILL');
}

function readArguments(pid: string): string[] {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Innermost first. */
function mountPointsBelow(folder: string): string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`))
    .sort()
    .reverse();
}
