/** The proxy for GitHub's API as a process of its own. It talks to nothing else, and has no credentials. */
import { join } from 'node:path';
import { createAnswerStore } from '../providers/github/proxy/answer-store.ts';
import { createGitHubProxy } from '../providers/github/proxy/create-github-proxy.ts';
import { openDiskAnswers } from '../providers/github/proxy/disk-answers.ts';
import { createGitHubProxyMetrics } from '../telemetry/github-proxy-metrics.ts';
import { startTelemetryServer } from '../telemetry/http.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { createRegistry } from '../telemetry/metrics.ts';
import type { Settings } from '../config/settings.ts';
import { createGitHubProxyApp } from './github-proxy-app.ts';
import { githubLimitsOf } from './github-limits.ts';
import { whenStopped } from './lifecycle.ts';
import { main } from './main.ts';

const mega = 1024 * 1024;

await main(async (settings) => {
  const stopped = whenStopped();
  const logger = createLogger({ component: 'github-proxy', level: settings.logLevel });
  const registry = createRegistry();
  const store = await openStore(settings, logger);
  const proxy = createGitHubProxy({
    upstream: settings.githubProxyUpstream,
    store,
    limits: githubLimitsOf(settings),
    metrics: createGitHubProxyMetrics(registry, { cacheBytes: () => store.bytes() }),
    logger,
    now: Date.now,
    limitStatus: settings.githubProxyLimitStatus === '403' ? 403 : 429,
  });
  const names = [settings.githubProxyHost, ...settings.githubProxyName];
  const app = createGitHubProxyApp({ proxy, names, logger });
  let isListening = false;
  const telemetry = await startTelemetryServer({
    port: settings.telemetryPort,
    host: settings.telemetryHost,
    registry,
    ready: () => isListening,
  });
  await app.listen({ port: settings.githubProxyPort, host: settings.githubProxyHost });
  isListening = true;
  logger.info(
    { port: settings.githubProxyPort, upstream: settings.githubProxyUpstream, telemetryPort: telemetry.port },
    'The proxy for GitHub listens',
  );
  process.send?.({ type: 'ready' });

  await stopped;
  isListening = false;
  await app.close();
  proxy.close();
  await telemetry.close();
});

async function openStore({ dataDir, githubProxyMemory, githubProxyDisk }: Settings, logger: Logger) {
  const memoryBytes = githubProxyMemory * mega;
  if (githubProxyDisk === 0) return createAnswerStore({ memoryBytes });
  const disk = await openDiskAnswers({
    folder: join(dataDir, 'github-proxy'),
    maxBytes: githubProxyDisk * mega,
    onError: (error) => logger.warn({ err: error }, 'Answers cannot be kept on disk'),
  });
  return createAnswerStore({ memoryBytes, disk });
}
