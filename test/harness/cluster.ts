/**
 * Kubernetes for tests. The cluster on which pods really run is the one of the whole test run (`npm run test:cluster`); an API
 * server that a test may kill is its own.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer } from '../../scripts/cluster/api-server.ts';
import { daemonPid, stopDaemon } from '../../scripts/cluster/daemon.ts';
import { podNetwork } from '../../scripts/cluster/node.ts';
import { clusterDown, clusterUp } from '../../scripts/cluster/up.ts';

/** Path of the kubeconfig of the cluster that the test run has. */
export function testKubeconfig(): string {
  const path = process.env['KUBECONFIG'];
  if (path) return path;
  throw new Error('There is no cluster: run "npm run test:cluster", or set KUBECONFIG.');
}

/**
 * The address at which pods of the test cluster reach servers of the test. Undefined on a cluster that the tests did not start
 * themselves, where it cannot be known.
 */
export function addressForPods(): string | undefined {
  const folder = process.env['BOWSPRIT_TEST_CLUSTER'];
  return folder ? podNetwork(folder)?.gateway : undefined;
}

export interface TestApiServer {
  kubeconfig: string;
  /** Of kube-apiserver. */
  pid(): number | undefined;
  /** Ends kube-apiserver at once; etcd keeps what was written. */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** etcd and kube-apiserver alone: pods stay pending unless a stand-in kubelet takes them. */
export async function startTestApiServer(): Promise<TestApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-api-server-'));
  const kubeconfig = await clusterUp(folder, { apiOnly: true });
  return {
    kubeconfig,
    pid: () => daemonPid(folder, 'kube-apiserver'),
    kill: async () => await stopDaemon(folder, 'kube-apiserver', 'SIGKILL'),
    restart: async () => await startApiServer(folder, { serviceAccounts: false }, () => {}),
    stop: async () => await clusterDown(folder),
  };
}
