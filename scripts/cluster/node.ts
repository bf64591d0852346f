/**
 * The node of a test cluster: containerd with a registry of local images, kubelet, scheduler and controllers. Pods really run.
 *
 * Nothing is shared with another cluster on the same machine: own cgroup, network bridge, sockets, log folders.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ensureBinaries } from './binaries.ts';
import { createCgroup } from './cgroup.ts';
import { clusterPorts, kubeconfigPath } from './cluster-folder.ts';
import { daemonReady, startDaemon } from './daemon.ts';
import { ensureImages, type UtilityName } from './images.ts';
import { networkPlugins } from './prerequisites.ts';
import { findProgram, runProgram } from './run-program.ts';

/** Also the node's name in the cluster. */
const nodeName = 'localhost';

/** Starts everything beside the API server, which must run, and waits until the node is ready. */
export async function startNode(
  folder: string,
  nodeIsReady: () => Promise<boolean>,
  say: (line: string) => void,
): Promise<void> {
  const control = await ensureBinaries(
    ['kube-controller-manager', 'kube-scheduler', 'kubelet', 'crane', 'gofakes3'],
    say,
  );
  const utilities = await ensureBinaries(['clonerefs', 'initupload', 'entrypoint', 'sidecar'], say);
  const { kubelet: kubeletPort } = await clusterPorts(folder);
  const kubeconfig = `--kubeconfig=${kubeconfigPath(folder)}`;

  await startRegistry(folder, control.crane, utilities);
  await startContainerd(folder);
  startDaemon(folder, {
    name: 'kube-scheduler',
    command: control['kube-scheduler'],
    args: [kubeconfig, '--leader-elect=false', '--secure-port=0'],
  });
  startDaemon(folder, {
    name: 'kube-controller-manager',
    command: control['kube-controller-manager'],
    args: [
      kubeconfig,
      '--leader-elect=false',
      '--secure-port=0',
      '--use-service-account-credentials=false',
      `--service-account-private-key-file=${join(folder, 'pki', 'sa.key')}`,
      `--root-ca-file=${join(folder, 'pki', 'apiserver.crt')}`,
    ],
  });
  const config = join(folder, 'kubelet.json');
  writeFileSync(config, JSON.stringify(kubeletConfiguration(folder, kubeletPort, createCgroup(folder))));
  startDaemon(folder, {
    name: 'kubelet',
    command: control.kubelet,
    args: [
      `--config=${config}`,
      kubeconfig,
      `--root-dir=${join(folder, 'kubelet')}`,
      `--cert-dir=${join(folder, 'pki')}`,
      `--hostname-override=${nodeName}`,
    ],
  });
  await daemonReady(folder, 'kubelet', nodeIsReady);
}

async function startRegistry(folder: string, crane: string, utilities: Record<UtilityName, string>): Promise<void> {
  const { registry } = await clusterPorts(folder);
  const address = `127.0.0.1:${registry}`;
  startDaemon(folder, { name: 'registry', command: crane, args: ['registry', 'serve', '--address', address] });
  await daemonReady(folder, 'registry', async () => (await fetch(`http://${address}/v2/`)).ok);
  for (const { archive, names } of await ensureImages(utilities)) {
    for (const name of names) await runProgram(crane, ['push', archive, `${address}/${name}`]);
  }
  // For every registry that an image may name: what is not served here cannot be had, and is refused at once.
  const hosts = join(folder, 'registries', '_default');
  mkdirSync(hosts, { recursive: true });
  writeFileSync(
    join(hosts, 'hosts.toml'),
    `server = "http://${address}"\n[host."http://${address}"]\n  capabilities = ["pull", "resolve"]\n`,
  );
}

/** Kubelet and containerd meet here. */
export const containerdSocket = (folder: string) => join(folder, 'containerd.sock');

async function startContainerd(folder: string): Promise<void> {
  const network = join(folder, 'network');
  mkdirSync(network, { recursive: true });
  const list = join(network, '10-bridge.conflist');
  if (!existsSync(list)) writeFileSync(list, JSON.stringify(networkConfiguration(folder)));
  await ensureBridge(folder);
  const config = join(folder, 'containerd.toml');
  // restrict_oom_score_adj: root in a container may lack the right to lower it, and then no container would start.
  writeFileSync(
    config,
    `version = 2
root = "${join(folder, 'containerd', 'root')}"
state = "${join(folder, 'containerd', 'state')}"
[grpc]
  address = "${containerdSocket(folder)}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(folder, 'containerd', 'opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${join(folder, 'registries')}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${networkPlugins()}"
    conf_dir = "${network}"
`,
  );
  startDaemon(folder, { name: 'containerd', command: findProgram('containerd') ?? 'containerd', args: ['-c', config] });
  await daemonReady(folder, 'containerd', async () => await accepts(containerdSocket(folder)));
}

/** The first pod would bring the bridge; but servers for pods are started before there are any. */
async function ensureBridge(folder: string): Promise<void> {
  const network = podNetwork(folder);
  if (!network || existsSync(`/sys/class/net/${network.bridge}`)) return;
  const ip = findProgram('ip') ?? 'ip';
  await runProgram(ip, ['link', 'add', 'name', network.bridge, 'type', 'bridge']);
  await runProgram(ip, ['address', 'add', `${network.gateway}/24`, 'dev', network.bridge]);
  await runProgram(ip, ['link', 'set', network.bridge, 'up']);
}

async function accepts(socket: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });
}

/** Pods reach this machine at the bridge's own address, the first one of its range. */
function networkConfiguration(folder: string): object {
  const taken = new Set(readdirSync('/sys/class/net'));
  let number = createHash('sha256').update(folder).digest()[0] ?? 0;
  while (taken.has(`bowsprit${number}`)) number = (number + 1) % 256;
  return {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: `bowsprit${number}`,
        isGateway: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: join(folder, 'network', 'leases'),
          ranges: [[{ subnet: `10.88.${number}.0/24` }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  };
}

/** The network bridge of the cluster in this folder, and the address at which its pods reach this machine. */
export function podNetwork(folder: string): { bridge: string; gateway: string } | undefined {
  const list = join(folder, 'network', '10-bridge.conflist');
  if (!existsSync(list)) return undefined;
  const [, number = ''] = /"bridge":"bowsprit(\d+)"/.exec(readFileSync(list, 'utf8')) ?? [];
  return { bridge: `bowsprit${number}`, gateway: `10.88.${number}.1` };
}

function kubeletConfiguration(folder: string, port: number, cgroupRoot: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    port,
    readOnlyPort: 0,
    healthzPort: 0,
    // On loopback, for the API server of this cluster; whoever is on this machine could ask containerd as well.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot,
    enforceNodeAllocatable: [],
    containerRuntimeEndpoint: `unix://${containerdSocket(folder)}`,
    podLogsDir: join(folder, 'pod-logs'),
    resolvConf: '',
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    localStorageCapacityIsolation: false,
    evictionHard: { 'memory.available': '1Mi' },
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    maxPods: 240,
    // As quick as a test wants it: the defaults of 5 per second are for nodes with many neighbours.
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
  };
}
