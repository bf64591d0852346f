/** ProwJobs as objects of Kubernetes, for people who use `kubectl` (`--prowjob-objects`): reads Temporal and storage, runs no workers. */
import { openBlobs } from '../clients/blobs/open-blobs.ts';
import type { ProwJobObject } from '../clients/kubernetes/prowjob-objects-api.ts';
import { connectTemporal } from '../clients/temporal/connect.ts';
import { createProwJobs } from '../clients/temporal/prowjobs.ts';
import { createConfigAgent } from '../config/agent.ts';
import { configPaths } from '../config/config-paths.ts';
import { decodeProwJob } from '../config/decode-prowjob.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import { blobsOptionsOf, SettingsError, temporalConnectionOf } from '../config/settings.ts';
import { createReadModel } from '../deck/read-model/read-model.ts';
import { durationMs } from '../domain/duration.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import { startTelemetryServer } from '../telemetry/http.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRegistry } from '../telemetry/metrics.ts';
import { createObjectMetrics } from '../telemetry/object-metrics.ts';
import { kubeconfigsOf } from './kubeconfigs.ts';
import { whenStopped } from './lifecycle.ts';
import { main } from './main.ts';

await main(async (settings) => {
  const stopped = whenStopped();
  const logger = createLogger({ component: 'prowjob-objects', level: settings.logLevel });
  const cluster = settings.prowjobObjects;
  if (!cluster)
    throw new SettingsError('Give --prowjob-objects: the kubeconfig context of the cluster for the objects.');
  const kubeconfigs = await kubeconfigsOf(settings);
  const kubeConfig = kubeconfigs.get(cluster);
  if (!kubeConfig) {
    const there = [...kubeconfigs.keys()].join(', ') || 'none';
    throw new SettingsError(`--prowjob-objects ${cluster}: no kubeconfig has such a context; there are: ${there}.`);
  }
  const { createConnection } = await import('../clients/kubernetes/connection.ts');
  const { createProwJobObjectsApi } = await import('../clients/kubernetes/prowjob-objects-api.ts');
  const { createProwJobBridge } = await import('../clients/kubernetes/prowjob-bridge/bridge.ts');

  const blobs = await openBlobs(blobsOptionsOf(settings));
  const client = await connectTemporal({ ...temporalConnectionOf(settings), namespace: settings.namespace });
  const config = await createConfigAgent(configPaths(settings), { logger });
  const prowJobs = createProwJobs(client);
  const readModel = createReadModel({ prowJobs, blobs, logger });
  const registry = createRegistry();
  const metrics = createObjectMetrics(registry);
  const connection = createConnection({ cluster, kubeConfig });
  const namespace = config.current().main.prowjob_namespace;
  const bridge = createProwJobBridge({
    api: createProwJobObjectsApi(connection, namespace),
    cluster,
    namespace,
    jobs: readModel,
    prowJobs,
    decode: decodeObject,
    maxAgeMs: () => durationMs(config.current().main.sinker.max_prowjob_age),
    logger,
    onState: (connected) => metrics.setConnected(connected),
  });
  readModel.start();
  const telemetry = await startTelemetryServer({
    port: settings.telemetryPort,
    host: settings.telemetryHost,
    registry,
    ready: () => bridge.ready(),
  });
  logger.info({ cluster, namespace, telemetryPort: telemetry.port }, 'ProwJob objects are kept');
  process.send?.({ type: 'ready', telemetryPort: telemetry.port });

  await stopped;
  await bridge.close();
  await readModel.stop();
  connection.close();
  await telemetry.close();
  await config.close();
  await client.connection.close();
});

/** By the rules of the configuration. Of a problem the key is told; the place in the text is nothing that anybody has seen. */
function decodeObject({ kind, metadata, spec }: ProwJobObject): ProwJob {
  const { name, namespace, labels, annotations } = metadata;
  const text = JSON.stringify({ kind: kind ?? 'ProwJob', metadata: { name, namespace, labels, annotations }, spec });
  try {
    return decodeProwJob('ProwJob', text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map(({ key, message }) => formatProblem({ ...(key && { key }), message }));
    throw new Error(`The ProwJob cannot be run: ${problems.join('; ')}.`, { cause: error });
  }
}
