/** Deck as one of the servers of a process. */
import { fileURLToPath } from 'node:url';
import { createClusterRunLogs } from '../clients/kubernetes/run-logs.ts';
import { createRunLogs } from '../clients/process/logs.ts';
import { createProwJobs } from '../clients/temporal/prowjobs.ts';
import { temporalUiUrlOf } from '../config/settings.ts';
import { createReadModel } from '../deck/read-model/read-model.ts';
import { allowedHosts, authorizationOf } from '../deck/server/addresses.ts';
import { createDeck } from '../deck/server/create-deck.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import { canSee } from '../rules/visibility.ts';
import { createProwJobMetrics } from '../telemetry/metrics.ts';
import type { FrontContext, FrontServer } from './front.ts';
import { openLiveLogs } from './live-logs.ts';
import { version } from './version.ts';

export async function openDeck(context: FrontContext): Promise<FrontServer> {
  const { settings, logger, blobs, client, registry } = context;
  const config = await context.config();
  const prowJobs = createProwJobs(client);
  const readModel = createReadModel({ prowJobs, blobs, logger });
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
  return {
    ready: () => readModel.ready(),
    async listen() {
      await deck.listen({ port: settings.port, host: settings.host });
      logger.info({ port: settings.port }, 'Deck listens');
    },
    async close() {
      await deck.close();
      await readModel.stop();
    },
  };
}
