/** Deck as a process of its own: reads Temporal and storage, runs no workers. */
import { fileURLToPath } from 'node:url';
import { openBlobs } from '../clients/blobs/open-blobs.ts';
import { createClusterRunLogs } from '../clients/kubernetes/run-logs.ts';
import { createRunLogs } from '../clients/process/logs.ts';
import { connectTemporal } from '../clients/temporal/connect.ts';
import { createProwJobs } from '../clients/temporal/prowjobs.ts';
import { createConfigAgent } from '../config/agent.ts';
import { configPaths } from '../config/config-paths.ts';
import { blobsOptionsOf, temporalConnectionOf, temporalUiUrlOf } from '../config/settings.ts';
import { createReadModel } from '../deck/read-model/read-model.ts';
import { allowedHosts, authorizationOf } from '../deck/server/addresses.ts';
import { createDeck } from '../deck/server/create-deck.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import { canSee } from '../rules/visibility.ts';
import { createLogger } from '../telemetry/logger.ts';
import { startTelemetryServer } from '../telemetry/http.ts';
import { createProwJobMetrics, createRegistry } from '../telemetry/metrics.ts';
import { whenStopped } from './lifecycle.ts';
import { openLiveLogs } from './live-logs.ts';
import { main } from './main.ts';
import { version } from './version.ts';

await main(async (settings) => {
  const stopped = whenStopped();
  const logger = createLogger({ component: 'deck', level: settings.logLevel });
  const blobs = await openBlobs(blobsOptionsOf(settings));
  const client = await connectTemporal({ ...temporalConnectionOf(settings), namespace: settings.namespace });
  const config = await createConfigAgent(configPaths(settings), { logger });
  const prowJobs = createProwJobs(client);
  const readModel = createReadModel({ prowJobs, blobs, logger });
  const registry = createRegistry();
  const viewer = { showHidden: settings.showHidden, hiddenOnly: settings.hiddenOnly, tenantIds: settings.tenantId };
  createProwJobMetrics(registry, {
    known() {
      // The figures carry names of jobs and lie on the port of the pages: what may not be seen is not counted.
      const hiddenRepos = config.current().main.deck.hidden_repos ?? [];
      const visible = readModel.items().filter(({ prowJob }) => canSee(prowJob.spec, viewer, hiddenRepos));
      return visible.map(({ prowJob }) => prowJob);
    },
  });
  const runKeyOf = ({ metadata }: ProwJob) => readModel.item(metadata.name)?.runKey;
  const logs =
    settings.executor === 'kubernetes'
      ? createClusterRunLogs({ blobs, runKeyOf, liveLogs: await openLiveLogs({ settings, client, config, logger }) })
      : createRunLogs({ dataDir: settings.dataDir, blobs, runKeyOf });
  const deck = await createDeck({
    readModel,
    prowJobs,
    blobs,
    registry,
    logger,
    logs,
    config: () => config.current(),
    configRefused() {
      const refused = config.refused();
      return refused && { at: refused.at, reason: refused.error.message };
    },
    settings: {
      allowedHosts: allowedHosts(settings),
      temporalUiUrl: temporalUiUrlOf(settings),
      namespace: settings.namespace,
      viewer,
      buckets: settings.storage === 'buckets',
      authorization: authorizationOf(settings),
      publicDir: fileURLToPath(new URL('../deck/public', import.meta.url)),
      version,
    },
  });
  readModel.start();
  // For machines, under whatever name they know this one: the pages' port answers only to names that users have.
  const telemetry = await startTelemetryServer({
    port: settings.telemetryPort,
    host: settings.telemetryHost,
    registry,
    ready: () => readModel.ready(),
  });
  await deck.listen({ port: settings.port, host: settings.host });
  logger.info({ port: settings.port, telemetryPort: telemetry.port }, 'Deck ready');
  process.send?.({ type: 'ready' });

  await stopped;
  await telemetry.close();
  await deck.close();
  await readModel.stop();
  await config.close();
  await client.connection.close();
});
