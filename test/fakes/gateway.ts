/** A gateway whose actors are a list, for tests of what it takes and what it hands on. */
import { Agent, request } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { parsePlugins } from '../../config/load-plugins.ts';
import type { ActorTarget } from '../../domain/review/actor-target.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import { createGateway } from '../../gateway/create-gateway.ts';
import type { GatewayDeps } from '../../gateway/deps.ts';
import { parseWebhookSecrets } from '../../rules/webhook-secrets.ts';
import { signatureOf } from '../../providers/github/verify.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createRegistry, type Registry } from '../../telemetry/metrics.ts';
import { createWebhookMetrics } from '../../telemetry/webhook-metrics.ts';
import { createMemoryBlobs, type MemoryBlobs } from './memory-blobs.ts';

export interface HookRequest {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface HookAnswer {
  statusCode: number;
  body: string;
}

export interface FakeGateway {
  app: FastifyInstance;
  /** Address without a path. */
  url: string;
  /** Asks it over the network. */
  ask(request: HookRequest): Promise<HookAnswer>;
  close(): Promise<void>;
  blobs: MemoryBlobs;
  registry: Registry;
  /** What actors were told, a signal each. */
  signals: { target: ActorTarget; envelopes: readonly ChangeEventEnvelope[] }[];
  /** Number of signals that were begun. */
  begun: number;
  /** Content of the secrets file. */
  secrets: string;
  /** While set, signals wait for it; where it rejects, they fail. */
  hold: Promise<void> | undefined;
  /** Value of a metric with these labels. */
  count(name: string, labels: Record<string, string>): Promise<number>;
}

export async function createFakeGateway(
  options: { plugins?: string } & Partial<GatewayDeps> = {},
): Promise<FakeGateway> {
  const { plugins = '', ...deps } = options;
  const registry = createRegistry({ processMetrics: false });
  const blobs = createMemoryBlobs();
  const config = parsePlugins('plugins.yaml', plugins);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  let port = 0;
  const gateway: FakeGateway = {
    app: undefined as never,
    url: '',
    ask: (asked) => ask(agent, port, asked),
    async close() {
      agent.destroy();
      await gateway.app.close();
    },
    blobs,
    registry,
    signals: [],
    begun: 0,
    secrets: 'secret',
    hold: undefined,
    async count(name, labels) {
      const metric = await registry.getSingleMetric(name)?.get();
      const found = metric?.values.find(({ labels: given }) => JSON.stringify(given) === JSON.stringify(labels));
      return found?.value ?? 0;
    },
  };
  gateway.app = await createGateway({
    hosts: [{ name: 'github', path: '/hook', secrets: () => parseWebhookSecrets(gateway.secrets) }],
    signals: {
      async changeEventsReceived(target, envelopes) {
        gateway.begun += 1;
        await gateway.hold;
        gateway.signals.push({ target, envelopes });
      },
    },
    blobs,
    folder: 'bucket/webhooks',
    pluginConfig: () => config,
    metrics: createWebhookMetrics(registry),
    logger: createLogger({ component: 'gateway', level: 'silent' }),
    ready: () => true,
    now: () => new Date('2026-11-25T12:00:00Z'),
    ...deps,
  });
  gateway.url = await gateway.app.listen({ port: 0, host: '127.0.0.1' });
  port = Number(new URL(gateway.url).port);
  return gateway;
}

/** With exactly these headers, also where a body is announced and does not come: an answer ends the request. */
async function ask(agent: Agent, port: number, { method = 'GET', url, headers = {}, body }: HookRequest) {
  return await new Promise<HookAnswer>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = request(
      { agent, host: '127.0.0.1', port, path: url, method, headers: { ...length, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ statusCode: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
          if (!asked.writableFinished) asked.destroy();
        });
      },
    );
    asked.on('error', reject);
    if ('content-length' in headers) asked.flushHeaders();
    else asked.end(body);
  });
}

/** A request as GitHub makes it. */
export function webhook(event: string, payload: unknown, token = 'secret', delivery = 'd-1') {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return {
    method: 'POST' as const,
    url: '/hook',
    headers: {
      'x-github-event': event,
      'x-github-delivery': delivery,
      'x-hub-signature-256': signatureOf(token, body),
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/abc',
    } as Record<string, string>,
    body,
  };
}
