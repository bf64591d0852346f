/**
 * HTTP around the proxy for GitHub's API (providers/github/proxy): who may ask it, how much, and under which names. All paths
 * are GitHub's; health and metrics are on another port.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { GitHubProxy, ProxyAnswer } from '../providers/github/proxy/create-github-proxy.ts';
import { refusal } from '../providers/github/proxy/own-answers.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface GitHubProxyAppOptions {
  proxy: GitHubProxy;
  /** Names in the header Host under which clients know us, besides those of the loopback interface. */
  names: readonly string[];
  logger: Logger;
}

/** Nothing that Prow or we write is nearly as long. */
export const maxRequestBytes = 32 * 1024 * 1024;

export function createGitHubProxyApp({ proxy, names, logger }: GitHubProxyAppOptions): FastifyInstance {
  const known = new Set(['127.0.0.1', 'localhost', '[::1]', ...names.map((name) => name.toLowerCase())]);
  const app = Fastify({
    logger: false,
    bodyLimit: maxRequestBytes,
    requestTimeout: 60_000,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 10_000 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(async (error, _request, reply) => {
    const status = statusOf(error);
    if (status >= 500) logger.error({ err: error }, 'A request failed');
    const words = error instanceof Error && status < 500 ? error.message : 'The proxy has failed.';
    await send(reply, refusal(status, words));
  });
  // Before the body is read.
  app.addHook('onRequest', async ({ headers, host }, reply) => {
    const refused = !known.has(hostnameOf(host))
      ? refusal(421, 'The proxy is not known by that name: give it as --github-proxy-name.')
      : // Pages in a browser have no business here; clients of the API do not send it.
        headers.origin !== undefined && refusal(403, 'The proxy is not for web pages.');
    if (refused) await send(reply, refused);
  });
  app.setNotFoundHandler(async (request, reply) => send(reply, await answer(request)));
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/*',
    handler: async (request, reply) => send(reply, await answer(request)),
  });

  async function answer(request: FastifyRequest): Promise<ProxyAnswer> {
    const { headers, host } = request;
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    return await proxy.answer({ method: request.method, target: request.raw.url ?? '', host, headers, body });
  }
  return app;
}

/** As it is: a framework would add types and lengths of its own. */
async function send(reply: FastifyReply, { status, headers, body }: ProxyAnswer): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  if (body instanceof Readable) {
    raw.writeHead(status, headers);
    // A host that breaks off breaks our connection: that is what its client would have seen.
    await pipeline(body, raw).catch(() => undefined);
    return;
  }
  const isBare = body === undefined || reply.request.method === 'HEAD' || status === 204 || status === 304;
  raw.writeHead(status, isBare ? headers : { ...headers, 'content-length': String(body.length) });
  raw.end(isBare ? undefined : body);
}

/** Without the port. */
function hostnameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
