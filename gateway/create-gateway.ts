/**
 * The HTTP ingress: takes webhooks in the form of GitHub, checks who sent them, and hands them to the actors of changes and
 * repositories. Built from its dependencies; listens nowhere by itself.
 *
 * Requests are checked as Prow's hook does it, in its order and with its answers (spec plugins-review.md A.2). The differences
 * are those of architecture.md 2.2: the answer comes after Temporal has the event, a body has at most 26 MB (413), what cannot
 * be handed on is answered 503, so that it counts as lost and is sent again, and a webhook to a wrong path is answered 404.
 */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { refuseWebhook } from '../providers/github/verify.ts';
import type { GatewayDeps, WebhookHost } from './deps.ts';
import { createIntake, type Intake } from './intake.ts';
import { pluginHelp } from './plugin-help.ts';

/** GitHub sends no more than 25 MB. */
export const maxWebhookBytes = 26 * 1024 * 1024;

/** Delivery ids become parts of blob keys. */
const deliveryPattern = /^[A-Za-z0-9._-]{1,128}$/;

/** An answer other than 200; the text begins with the status, as Prow's do. */
class WebhookError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** `intake` is given where others bring webhooks as well. */
export async function createGateway(deps: GatewayDeps, intake: Intake = createIntake(deps)): Promise<FastifyInstance> {
  const { logger } = deps;
  const app = Fastify({ logger: false, bodyLimit: maxWebhookBytes, requestTimeout: 60_000 });
  // The signature is over the bytes as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(async (error, _request, reply) => {
    const status = statusOf(error);
    if (status >= 500 && !(error instanceof WebhookError)) logger.error({ err: error }, 'A request failed');
    const text = error instanceof Error && status < 500 ? error.message : 'The webhook could not be handed on.';
    return reply.code(status).type('text/plain; charset=utf-8').send(`${status} ${text}\n`);
  });
  // Load balancers probe any path of Prow's hook. A webhook that goes to a wrong path, though, must not seem to be delivered.
  app.setNotFoundHandler(async ({ method }, reply) =>
    reply.code(method === 'GET' || method === 'HEAD' ? 200 : 404).send(''),
  );

  for (const host of deps.hosts) addHook(app, deps, host, intake);
  app.get('/plugin-help', async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(await pluginHelp(deps)),
  );
  app.get('/healthz', async () => 'OK\n');
  app.get('/healthz/ready', async (_request, reply) =>
    deps.ready() ? reply.send('OK\n') : reply.code(503).send('Temporal cannot be reached.\n'),
  );
  await app.ready();
  return app;
}

function addHook(app: FastifyInstance, deps: GatewayDeps, host: WebhookHost, intake: Intake): void {
  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: host.path,
    // Before the body is read.
    onRequest: async (request, reply) => {
      reply.header('connection', 'close');
      checkHeaders(request);
      reply.removeHeader('connection');
    },
    onResponse: async (_request, reply) => deps.metrics.answered(reply.statusCode),
    handler: async (request, reply) => takeWebhook(deps, host, intake, request, reply),
  });
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function checkHeaders(request: FastifyRequest): void {
  if (request.method !== 'POST') throw new WebhookError(405, 'Method not allowed: webhooks are sent by POST');
  if (!headerOf(request, 'x-github-event')) throw new WebhookError(400, 'Bad Request: Missing X-GitHub-Event Header');
  const delivery = headerOf(request, 'x-github-delivery');
  if (!delivery) throw new WebhookError(400, 'Bad Request: Missing X-GitHub-Delivery Header');
  if (!deliveryPattern.test(delivery)) throw new WebhookError(400, 'Bad Request: X-GitHub-Delivery is no delivery id');
  if (!headerOf(request, 'x-hub-signature-256')) {
    throw new WebhookError(403, 'Forbidden: Missing X-Hub-Signature-256');
  }
  if (headerOf(request, 'content-type') !== 'application/json') {
    throw new WebhookError(
      400,
      'Bad Request: the webhook must have content type application/json, and nothing after it',
    );
  }
}

async function takeWebhook(
  { logger }: GatewayDeps,
  host: WebhookHost,
  intake: Intake,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const event = headerOf(request, 'x-github-event');
  const delivery = headerOf(request, 'x-github-delivery');
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const payload = parsed(body);
  const refused = refuseWebhook(host.secrets(), {
    signature: headerOf(request, 'x-hub-signature-256'),
    body,
    payload,
  });
  if (refused) {
    logger.warn({ deliveryId: delivery, reason: refused.refused }, 'A webhook was refused');
    throw new WebhookError(403, `Forbidden: ${refused.refused}`);
  }
  const headers = forwarded(request);
  const taken = await intake.take({ host: host.name, event, delivery, body, payload, headers }).catch(() => {
    throw new WebhookError(503, 'Service Unavailable');
  });
  const answer = taken === 'taken' ? 'Event received.\n' : 'Event received; nobody wants it.\n';
  return reply.type('text/plain; charset=utf-8').send(answer);
}

/** Throws as for a wrong signature: a body that is no JSON is of nobody that we know. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new WebhookError(403, 'Forbidden: the body is no JSON');
  }
}

/** What an external plugin needs to check a forward by itself; never credentials of a proxy on the way. */
function forwarded(request: FastifyRequest): Record<string, string> {
  const wanted = Object.keys(request.headers).filter(
    (name) => name === 'content-type' || name.startsWith('x-github-') || name.startsWith('x-hub-signature'),
  );
  return Object.fromEntries(wanted.map((name) => [name, headerOf(request, name).slice(0, 500)]));
}

function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
