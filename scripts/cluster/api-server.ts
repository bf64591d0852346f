/**
 * etcd and kube-apiserver: half a cluster, ready in seconds, on which pods can be made but do not run by themselves.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { join } from 'node:path';
import { ensureBinaries } from './binaries.ts';
import { clusterPorts, kubeconfigPath } from './cluster-folder.ts';
import { daemonReady, startDaemon } from './daemon.ts';
import { findProgram } from './run-program.ts';

export interface ApiServerOptions {
  /**
   * Whether pods get the token of a service account mounted, as in any real cluster. Needs the controllers of a node's
   * cluster, which make the accounts.
   */
  serviceAccounts: boolean;
}

/** Starts both, or what of them does not run, and waits until the API answers. */
export async function startApiServer(
  folder: string,
  { serviceAccounts }: ApiServerOptions,
  say: (line: string) => void,
): Promise<void> {
  const programs = await ensureBinaries(['kube-apiserver'], say);
  const ports = await clusterPorts(folder);
  const pki = join(folder, 'pki');
  mkdirSync(pki, { recursive: true, mode: 0o700 });
  ensureSigningKeys(pki);
  const token = ensureAdminToken(pki);

  const etcdUrl = `http://127.0.0.1:${ports.etcd}`;
  const peerUrl = `http://127.0.0.1:${ports.etcdPeer}`;
  startDaemon(folder, {
    name: 'etcd',
    command: findProgram('etcd') ?? 'etcd',
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      // Nothing in here has to survive a power cut.
      '--unsafe-no-fsync',
    ],
  });
  startDaemon(folder, {
    name: 'kube-apiserver',
    command: programs['kube-apiserver'],
    args: [
      `--etcd-servers=${etcdUrl}`,
      `--cert-dir=${pki}`,
      `--secure-port=${ports.apiServer}`,
      '--bind-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      '--service-cluster-ip-range=10.0.0.0/24',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${join(pki, 'sa.pub')}`,
      `--service-account-signing-key-file=${join(pki, 'sa.key')}`,
      `--token-auth-file=${join(pki, 'tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--allow-privileged=true',
      // The node is called `localhost`: its logs are read over loopback.
      '--kubelet-preferred-address-types=Hostname',
      ...(serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
    ],
  });
  await daemonReady(folder, 'kube-apiserver', async () => await isReady(ports.apiServer, token));
  writeKubeconfig(folder, ports.apiServer, token);
}

/** For the tokens of service accounts. */
function ensureSigningKeys(pki: string): void {
  if (existsSync(join(pki, 'sa.pub'))) return;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(join(pki, 'sa.key'), privateKey, { mode: 0o600 });
  writeFileSync(join(pki, 'sa.pub'), publicKey);
}

/** The administrator's token, different in each cluster. */
function ensureAdminToken(pki: string): string {
  const path = join(pki, 'tokens.csv');
  if (!existsSync(path)) {
    writeFileSync(path, `${randomBytes(24).toString('hex')},admin,admin,"system:masters"\n`, { mode: 0o600 });
  }
  return readFileSync(path, 'utf8').split(',')[0] ?? '';
}

/** Certificates are not checked: the server makes its own in the very moment it starts. */
async function isReady(port: number, token: string): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const asked = request(
      { host: '127.0.0.1', port, path: '/readyz', headers, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    asked.setTimeout(2_000, () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end();
  });
}

function writeKubeconfig(folder: string, port: number, token: string): void {
  const authority = readFileSync(join(folder, 'pki', 'apiserver.crt')).toString('base64');
  const text = `apiVersion: v1
kind: Config
current-context: local
clusters:
  - name: local
    cluster: { server: 'https://127.0.0.1:${port}', certificate-authority-data: ${authority} }
users:
  - name: admin
    user: { token: ${token} }
contexts:
  - name: local
    context: { cluster: local, user: admin }
`;
  writeFileSync(kubeconfigPath(folder), text, { mode: 0o600 });
}
