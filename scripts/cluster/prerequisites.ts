/**
 * What the machine must have before a test cluster can start. Debian packages that are missing are installed where that is
 * possible (root and apt-get); everything else is told in a sentence.
 */
import { existsSync } from 'node:fs';
import { ClusterError } from './cluster-error.ts';
import { findProgram, runProgram } from './run-program.ts';

/** A program outside the Go modules, and the Debian package that has it. */
interface Program {
  package: string;
  present: () => boolean;
}

const onPath = (name: string, packageName = name): Program => ({
  package: packageName,
  present: () => findProgram(name) !== undefined,
});

/** Where distributions put the network plugins. */
const pluginFolders = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

const forApiServer = [onPath('etcd', 'etcd-server')];
const forNode = [
  ...forApiServer,
  onPath('containerd'),
  onPath('runc'),
  onPath('busybox', 'busybox-static'),
  onPath('git'),
  onPath('ip', 'iproute2'),
  { package: 'containernetworking-plugins', present: () => networkPlugins() !== undefined },
];

/** Folder with the network plugins `bridge` and `host-local`. */
export function networkPlugins(): string | undefined {
  return pluginFolders.find((folder) => existsSync(`${folder}/bridge`) && existsSync(`${folder}/host-local`));
}

export interface Machine {
  platform: NodeJS.Platform;
  root: boolean;
}

const thisMachine = (): Machine => ({ platform: process.platform, root: process.getuid?.() === 0 });

/** Why a cluster cannot start on such a machine, whatever is installed; undefined when it can. */
export function unfitness(apiOnly: boolean, { platform, root }: Machine = thisMachine()): string | undefined {
  if (platform !== 'linux') {
    return `The test cluster needs Linux; this is ${platform}. Set KUBECONFIG to run against a cluster of yours.`;
  }
  if (!root && !apiOnly) {
    return 'The test cluster runs containers and needs root. Run it as root, or set KUBECONFIG to run against a cluster of yours.';
  }
  return undefined;
}

/** Installs what is missing, or rejects with a sentence. */
export async function ensurePrerequisites(apiOnly: boolean, say: (line: string) => void): Promise<void> {
  const machine = thisMachine();
  const reason = unfitness(apiOnly, machine);
  if (reason) throw new ClusterError(reason);
  const missing = (apiOnly ? forApiServer : forNode).filter(({ present }) => !present()).map((one) => one.package);
  if (missing.length === 0) return;
  const apt = findProgram('apt-get');
  if (!apt || !machine.root) {
    throw new ClusterError(`The test cluster needs ${missing.join(', ')} (names of Debian packages); install them.`);
  }
  say(`installing ${missing.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another installation may be under way.
  const patient = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  await runProgram(apt, [...patient, 'update'], { env });
  await runProgram(apt, [...patient, 'install', '-y', '--no-install-recommends', ...missing], { env });
}
