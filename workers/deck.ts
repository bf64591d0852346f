/** Deck as a process of its own: reads Temporal and storage, runs no workers. */
import { fileURLToPath } from 'node:url';
import { createLocalBlobStore } from '../clients/blobs/local.ts';
import { createRunLogs } from '../clients/process/logs.ts';
import { connectTemporal } from '../clients/temporal/connect.ts';
import { createProwJobs } from '../clients/temporal/prowjobs.ts';
import { createConfigAgent } from '../config/agent.ts';
import { configPaths } from '../config/config-paths.ts';
import { deckUrlOf, storageDir, temporalAddressOf, temporalUiUrlOf, type Settings } from '../config/settings.ts';
import { createReadModel } from '../deck/read-model/read-model.ts';
import { createDeck } from '../deck/server/create-deck.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createProwJobMetrics, createRegistry } from '../telemetry/metrics.ts';
import { whenStopped } from './lifecycle.ts';
import { main } from './main.ts';
import { version } from './version.ts';

const metricsEveryMs = 30_000;

await main(async (settings) => {
  const stopped = whenStopped();
  const logger = createLogger({ component: 'deck', level: settings.logLevel });
  const client = await connectTemporal({ address: temporalAddressOf(settings), namespace: settings.namespace });
  const config = await createConfigAgent(configPaths(settings), { logger });
  const prowJobs = createProwJobs(client);
  const blobs = createLocalBlobStore(storageDir(settings.dataDir));
  const readModel = createReadModel({ prowJobs, blobs, logger });
  const registry = createRegistry();
  const metrics = createProwJobMetrics(registry);
  const counting = setInterval(
    () => metrics.setProwJobs(readModel.items().map(({ prowJob }) => prowJob)),
    metricsEveryMs,
  );
  const deck = await createDeck({
    readModel,
    prowJobs,
    blobs,
    registry,
    logger,
    logs: createRunLogs({
      dataDir: settings.dataDir,
      blobs,
      runKeyOf: ({ metadata }) => readModel.item(metadata.name)?.runKey,
    }),
    config: () => config.current(),
    configRefused() {
      const refused = config.refused();
      return refused && { at: refused.at, reason: refused.error.message };
    },
    settings: {
      allowedHosts: allowedHosts(settings),
      temporalUiUrl: temporalUiUrlOf(settings),
      namespace: settings.namespace,
      viewer: { showHidden: settings.showHidden, hiddenOnly: settings.hiddenOnly, tenantIds: settings.tenantId },
      authorization: isLoopback(settings.host) ? 'local' : 'config',
      publicDir: fileURLToPath(new URL('../deck/public', import.meta.url)),
      version,
    },
  });
  readModel.start();
  await deck.listen({ port: settings.port, host: settings.host });
  logger.info({ port: settings.port }, 'Deck ready');
  process.send?.({ type: 'ready' });

  await stopped;
  clearInterval(counting);
  await deck.close();
  await readModel.stop();
  await config.close();
  await client.connection.close();
});

/** The names under which this Deck may be asked for: the loopback ones, where it listens, and what users are told. */
function allowedHosts(settings: Settings): string[] {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]', settings.host]);
  const hosts = [...names].map((name) => `${name}:${settings.port}`);
  return [...hosts, new URL(deckUrlOf(settings)).host];
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '::1';
}
