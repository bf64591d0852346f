/**
 * Deck's server: the pages and the data behind them. Built from its dependencies, listens nowhere by itself.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import compress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { addActionRoutes } from './action-routes.ts';
import { addArtifactRoute } from './artifact-route.ts';
import type { DeckDeps } from './deps.ts';
import { addEventRoutes } from './event-routes.ts';
import { HttpError } from './http-error.ts';
import { addListRoutes } from './list-routes.ts';
import { addLogRoute } from './log-route.ts';
import { addRunRoutes } from './run-routes.ts';
import { createRuns } from './runs.ts';
import { addSecurity } from './security.ts';
import { createVisible } from './visible.ts';

/** Seconds; names of assets contain a hash of their content. */
const assetAge = 315_360_000;
const neverStored = { 'cache-control': 'no-store, must-revalidate', expires: '0' };

export async function createDeck(deps: DeckDeps): Promise<FastifyInstance> {
  const { settings, logger, readModel, registry } = deps;
  const app = Fastify({ logger: false, bodyLimit: 64 * 1024, routerOptions: { ignoreTrailingSlash: false } });
  addSecurity(app, settings.allowedHosts);
  app.setErrorHandler(async (error, _request, reply) => {
    const status = error instanceof HttpError ? error.statusCode : statusOf(error);
    if (status >= 500 && !(error instanceof HttpError)) logger.error({ err: error }, 'A request failed');
    const message =
      status >= 500 && !(error instanceof HttpError) ? 'Something went wrong; the log says what.' : messageOf(error);
    return reply.code(status).type('application/json').send({ error: message });
  });
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send({ error: 'There is nothing here.' }));
  await app.register(compress, { threshold: 1024 });

  const visible = createVisible(deps);
  addListRoutes(app, deps, visible);
  const runs = createRuns(deps, visible);
  addRunRoutes(app, deps, visible, runs);
  addLogRoute(app, deps, runs);
  addArtifactRoute(app, deps, runs);
  addActionRoutes(app, deps, visible);
  addEventRoutes(app, deps, visible);
  addHealth(app);
  await addPages(app);
  return app;

  function addHealth(to: FastifyInstance): void {
    to.get('/healthz', async () => ({ status: 'ok' }));
    to.get('/healthz/ready', async (_request, reply) =>
      reply.code(readModel.ready() ? 200 : 503).send({ ready: readModel.ready() }),
    );
    to.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  }

  async function addPages(to: FastifyInstance): Promise<void> {
    const page = join(settings.publicDir, 'index.html');
    if (!existsSync(page))
      throw new Error(`Deck's pages are not built: ${page} is missing. Run npm start, which builds them.`);
    const html = readFileSync(page);
    const assets = join(settings.publicDir, 'assets');
    const sendPage = (reply: FastifyReply) => reply.type('text/html; charset=utf-8').headers(neverStored).send(html);
    to.get('/', async (_request, reply) => sendPage(reply));
    to.get<{ Params: { '*': string } }>('/view/*', async (request, reply) => {
      // The page tells what is wrong; the status tells programs, and is the same for hidden runs and for none.
      const status = await runs.find(request.params['*']).then(() => 200, statusOf);
      return sendPage(reply.code(status));
    });
    to.get('/favicon.ico', async (_request, reply) => reply.redirect('/favicon.svg'));
    await to.register(fastifyStatic, {
      root: settings.publicDir,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.startsWith(assets);
        void reply.header('cache-control', isHashed ? `public, max-age=${assetAge}, immutable` : 'no-cache');
      },
    });
  }
}

function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
