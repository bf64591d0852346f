/**
 * Deck's server: the pages and the data behind them. Built from its dependencies, listens nowhere by itself.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import compress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { addActionRoutes } from './action-routes.ts';
import type { DeckDeps } from './deps.ts';
import { addEventRoutes } from './event-routes.ts';
import { HttpError } from './http-error.ts';
import { addListRoutes } from './list-routes.ts';
import { addRunRoutes } from './run-routes.ts';
import { addSecurity } from './security.ts';
import { createVisible } from './visible.ts';

/** Assets carry a hash in their names. */
const assetAgeMs = 315_360_000_000;

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
  addRunRoutes(app, deps, visible);
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
    for (const url of ['/', '/view/*']) {
      to.get(url, async (_request, reply) =>
        reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html),
      );
    }
    await to.register(fastifyStatic, {
      root: settings.publicDir,
      wildcard: false,
      index: false,
      maxAge: assetAgeMs,
      immutable: true,
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
