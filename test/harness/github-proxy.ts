/** The proxy for GitHub's API in this process, as a client finds it. */
import { Writable } from 'node:stream';
import { createAnswerStore, type AnswerStore } from '../../providers/github/proxy/answer-store.ts';
import { createGitHubProxy, type GitHubProxyOptions } from '../../providers/github/proxy/create-github-proxy.ts';
import { noSecondaryLimits } from '../../providers/github/rate-limits.ts';
import { createGitHubProxyMetrics } from '../../telemetry/github-proxy-metrics.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createRegistry } from '../../telemetry/metrics.ts';
import { createGitHubProxyApp } from '../../workers/github-proxy-app.ts';
import { eventually } from './eventually.ts';

export interface TestGitHubProxy {
  url: string;
  port: number;
  /** All that it has logged. */
  log(): string;
  metrics(): Promise<string>;
  store: AnswerStore;
  /** Resolves when so many requests have reached it, since its start. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Without secondary limits, unless they are given. */
export async function startGitHubProxy(
  upstream: string,
  { names = [], ...options }: Partial<GitHubProxyOptions> & { names?: string[] } = {},
): Promise<TestGitHubProxy> {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const logger = createLogger({ component: 'github-proxy', level: 'debug', destination });
  const registry = createRegistry({ processMetrics: false });
  const store = options.store ?? createAnswerStore({ memoryBytes: 16 * 1024 * 1024 });
  const proxy = createGitHubProxy({
    upstream,
    store,
    limits: noSecondaryLimits,
    metrics: createGitHubProxyMetrics(registry, { cacheBytes: () => store.bytes() }),
    logger,
    now: Date.now,
    ...options,
  });
  const app = createGitHubProxyApp({ proxy, names, logger });
  let requests = 0;
  app.addHook('preHandler', async () => void (requests += 1));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    port: Number(new URL(url).port),
    log: () => lines.join(''),
    metrics: async () => await registry.metrics(),
    store,
    received: async (count) => eventually(() => requests >= count, `the proxy has got ${count} requests`),
    async close() {
      await app.close();
      proxy.close();
    },
  };
}
