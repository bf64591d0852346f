/**
 * A Temporal server of a benchmark's own, with the flags and environment of the embedded one: on a SQLite file as `npm start` has it, or in
 * memory.
 */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { serverArgs, serverEnvironment, whenServing } from '../../cli/up/temporal-server.ts';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { freePort } from '../../workers/free-port.ts';
import { benchSettings } from './settings.ts';
import { startChild } from './child.ts';
import type { Scope } from './scope.ts';

export type Store = 'memory' | 'file';

export interface BenchServer {
  address: string;
  pid: number;
  client: Client;
  /** Ends it before the benchmark does: an idle server takes memory and some time of the processor. */
  stop(): Promise<void>;
}

const serverUpMs = 60_000;

export async function startTemporalServer(scope: Scope, temporalCli: string, store: Store): Promise<BenchServer> {
  const dataDir = scope.folder();
  const [port, uiPort] = [await freePort(), await freePort()];
  const args = serverArgs(benchSettings({ dataDir, temporalPort: port, temporalUiPort: uiPort }));
  const logFile = join(dataDir, 'temporal.log');
  const child = startChild(scope, {
    command: temporalCli,
    args: store === 'file' ? args : withoutFile(args),
    env: serverEnvironment(process.env),
    logFile,
  });
  await whenServing(port, serverUpMs, logFile);
  const address = `127.0.0.1:${port}`;
  const client = await connectTemporal({ address, namespace: 'default' });
  scope.defer(() => client.connection.close());
  return { address, pid: child.pid, client, stop: () => child.stop() };
}

/** The same flags without the database file and its pragmas. */
function withoutFile(args: readonly string[]): string[] {
  return args.filter(
    (arg, index) =>
      !arg.startsWith('--db-filename') && arg !== '--sqlite-pragma' && args[index - 1] !== '--sqlite-pragma',
  );
}
