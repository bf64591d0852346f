/**
 * The processes that people and code hosts talk to: what they are built from, and how they run. They read Temporal and storage
 * and run no workers. Deck and gateway are one process in the embedded system and two in production.
 *
 * Contract with the parent (`cli/up`): IPC `{ type: 'ready' }` out, `{ type: 'stop' }` in.
 */
import type { Client } from '@temporalio/client';
import { openBlobs } from '../clients/blobs/open-blobs.ts';
import { connectTemporal } from '../clients/temporal/connect.ts';
import { createConfigAgent, type ConfigAgent } from '../config/agent.ts';
import { configPaths } from '../config/config-paths.ts';
import { blobsOptionsOf, temporalConnectionOf, type Settings } from '../config/settings.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import { startTelemetryServer } from '../telemetry/http.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { createRegistry, type Registry } from '../telemetry/metrics.ts';
import { whenStopped } from './lifecycle.ts';

export interface FrontContext {
  settings: Settings;
  logger: Logger;
  blobs: BlobStore;
  client: Client;
  registry: Registry;
  /** Loaded at the first call: the gateway alone does without. */
  config(): Promise<ConfigAgent>;
}

export interface FrontServer {
  /** It can do its work. */
  ready(): boolean;
  listen(): Promise<void>;
  /** Answers what has been asked, and nothing more. */
  close(): Promise<void>;
}

export async function runFront(
  settings: Settings,
  component: string,
  open: readonly ((context: FrontContext) => Promise<FrontServer>)[],
): Promise<void> {
  const stopped = whenStopped();
  const logger = createLogger({ component, level: settings.logLevel });
  const registry = createRegistry();
  const blobs = await openBlobs(blobsOptionsOf(settings));
  const client = await connectTemporal({ ...temporalConnectionOf(settings), namespace: settings.namespace });
  let config: Promise<ConfigAgent> | undefined;
  const context: FrontContext = {
    settings,
    logger,
    blobs,
    client,
    registry,
    config: () => (config ??= createConfigAgent(configPaths(settings), { logger })),
  };
  const servers: FrontServer[] = [];
  for (const openServer of open) servers.push(await openServer(context));
  // For machines, under whatever name they know this one: the port of Deck's pages answers only to names that users have.
  const telemetry = await startTelemetryServer({
    port: settings.telemetryPort,
    host: settings.telemetryHost,
    registry,
    ready: () => servers.every((server) => server.ready()),
  });
  for (const server of servers) await server.listen();
  logger.info({ telemetryPort: telemetry.port }, 'Ready');
  process.send?.({ type: 'ready' });

  await stopped;
  for (const server of servers.toReversed()) await server.close();
  await telemetry.close();
  await (await config)?.close();
  await client.connection.close();
}
