/**
 * What every role is built from: connection, configuration, storage, executor, logs and metrics, wired once per process.
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { openBlobs } from '../clients/blobs/open-blobs.ts';
import { connectionOptions } from '../clients/temporal/connection-options.ts';
import { registerSearchAttributes } from '../clients/temporal/register-attributes.ts';
import { ensureRetention } from '../clients/temporal/retention.ts';
import { createConfigAgent, type ConfigAgent } from '../config/agent.ts';
import { blobsOptionsOf, deckUrlOf, temporalConnectionOf, type Settings } from '../config/settings.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import { durationMs } from '../domain/duration.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import {
  createClusterMetrics,
  createProwJobMetrics,
  createRegistry,
  type ClusterMetrics,
  type ProwJobMetrics,
  type Registry,
} from '../telemetry/metrics.ts';
import { createSinkerMetrics, type SinkerMetrics } from '../telemetry/sinker-metrics.ts';
import { temporalLogger } from '../telemetry/temporal-logger.ts';
import { configPaths } from '../config/config-paths.ts';
import { freePort } from './free-port.ts';

export interface WorkerContext {
  settings: Settings;
  logger: Logger;
  registry: Registry;
  prowJobMetrics: ProwJobMetrics;
  sinkerMetrics: SinkerMetrics;
  connection: NativeConnection;
  client: Client;
  config: ConfigAgent;
  blobs: BlobStore;
  clusterMetrics: ClusterMetrics;
  /** Prebuilt workflow code. */
  bundlePath: string;
  /** Deck's page of a job, for jobs that the configuration gives no URL. */
  deckUrl: (prowJob: ProwJob) => string;
  /** The SDK's own metrics in Prometheus text. */
  sdkMetrics: () => Promise<string>;
  close(): Promise<void>;
}

export interface ContextHooks {
  /** A new generation is in force. */
  onConfig(generation: string): void;
}

export async function openContext(settings: Settings, hooks: ContextHooks): Promise<WorkerContext> {
  const logger = createLogger({ component: 'worker', level: settings.logLevel });
  const sdkMetricsPort = await freePort();
  Runtime.install({
    logger: temporalLogger(logger),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      metrics: { prometheus: { bindAddress: `127.0.0.1:${sdkMetricsPort}`, countersTotalSuffix: true } },
    },
  });
  const blobs = await openBlobs(blobsOptionsOf(settings));
  const connection = await NativeConnection.connect(await connectionOptions(temporalConnectionOf(settings)));
  const client = new Client({ connection, namespace: settings.namespace });
  await registerSearchAttributes(connection, settings.namespace);

  const config = await createConfigAgent(configPaths(settings), {
    logger,
    onLoaded: ({ generation }) => hooks.onConfig(generation),
    onRefused: (error) => logger.error({ err: error }, 'Configuration refused; the previous one stays in force'),
  });
  await ensureRetention(connection, settings.namespace, durationMs(config.current().main.sinker.max_prowjob_age));

  const registry = createRegistry();
  return {
    settings,
    logger,
    registry,
    prowJobMetrics: createProwJobMetrics(registry),
    sinkerMetrics: createSinkerMetrics(registry),
    connection,
    client,
    config,
    blobs,
    clusterMetrics: createClusterMetrics(registry),
    bundlePath: fileURLToPath(new URL('../workflow-bundle.js', import.meta.url)),
    deckUrl: ({ spec, status }) =>
      `${deckUrlOf(settings)}/view/prowjob/${encodeURIComponent(spec.job)}/${status.build_id ?? ''}`,
    sdkMetrics: async () => await (await fetch(`http://127.0.0.1:${sdkMetricsPort}/metrics`)).text(),
    async close() {
      await config.close();
      await connection.close();
    },
  };
}
