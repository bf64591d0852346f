/** TLS with Temporal, both ways: a real server behind a gate that shows a certificate and wants one. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { TemporalUnreachableError } from '../../clients/temporal/unreachable-error.ts';
import { connectionOptions, type TemporalConnectionSettings } from '../../clients/temporal/connection-options.ts';
import { startDevServer } from '../harness/dev-server.ts';

let folder: string;
let env: TestWorkflowEnvironment;
let gate: Server;
let address: string;
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-tls-'));
  env = await startDevServer();
  makeCertificates();
  const [host = '', port = ''] = env.address.split(':');
  gate = createServer(
    {
      key: readFileSync(path('server.key')),
      cert: readFileSync(path('server.crt')),
      ca: readFileSync(path('ca.crt')),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
    },
    (socket) => {
      const onward = connect(Number(port), host);
      socket.pipe(onward).pipe(socket);
      for (const each of [socket, onward]) {
        each.on('error', () => undefined);
        each.on('close', () => {
          socket.destroy();
          onward.destroy();
        });
      }
    },
  );
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  const bound = gate.address();
  address = `127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
}, 90_000);
afterAll(async () => {
  gate.close();
  await env.teardown();
  rmSync(folder, { recursive: true, force: true });
});

function makeCertificates(): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=authority', '-days', '2');
  writeFileSync(path('names'), 'subjectAltName=DNS:temporal.inside');
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...signing);
  }
}

const settings = (): TemporalConnectionSettings => ({
  address,
  caFile: path('ca.crt'),
  certFile: path('client.crt'),
  keyFile: path('client.key'),
  serverName: 'temporal.inside',
});

test('client and worker connect with authority, certificate and name', async () => {
  const client = await connectTemporal({ ...settings(), namespace: 'default' });
  const described = await client.workflowService.describeNamespace({ namespace: 'default' });
  expect(described.namespaceInfo?.name).toBe('default');
  await client.connection.close();

  const connection = await NativeConnection.connect(await connectionOptions(settings()));
  await connection.workflowService.describeNamespace({ namespace: 'default' });
  await connection.close();
});

describe('nobody connects', () => {
  const changes: [string, Partial<ReturnType<typeof settings>>][] = [
    ['without TLS', { caFile: undefined, certFile: undefined, keyFile: undefined, serverName: undefined }],
    ['without certificate of ours', { certFile: undefined, keyFile: undefined }],
    ['without the authority', { caFile: undefined }],
    ['under another name', { serverName: 'elsewhere.example' }],
  ];
  const attempts = new Map<string, Promise<unknown>>();

  // The client goes on trying for five seconds: all do so at the same time.
  beforeAll(() => {
    for (const [name, change] of changes) {
      const connecting = connectTemporal({ ...settings(), ...change, namespace: 'default' });
      connecting.catch(() => undefined);
      attempts.set(name, connecting);
    }
  });

  test.each(changes)('%s', async (name) => {
    await expect(attempts.get(name)).rejects.toThrow(TemporalUnreachableError);
  });
});
