/**
 * Deck's server: the pages and the data behind them. Built from its dependencies, listens nowhere by itself.
 */
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import { addActionRoutes } from './action-routes.ts';
import { addArtifactRoute } from './artifact-route.ts';
import type { DeckDeps } from './deps.ts';
import { addEventRoutes } from './event-routes.ts';
import { HttpError } from './http-error.ts';
import { addListRoutes } from './list-routes.ts';
import { addLogRoute } from './log-route.ts';
import { addPageRoutes } from './page-routes.ts';
import { tellRoutes } from './route-help.ts';
import { addRunRoutes } from './run-routes.ts';
import { createRuns } from './runs.ts';
import { addSecurity } from './security.ts';
import { createVisible } from './visible.ts';

export async function createDeck(deps: DeckDeps): Promise<FastifyInstance> {
  const { settings, logger, readModel, registry } = deps;
  const app = Fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    routerOptions: { ignoreTrailingSlash: false, querystringParser: firstValues },
  });
  if (deps.onRoute) tellRoutes(app, deps.onRoute);
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
  addPageRoutes(app, settings.publicDir, runs);
  return app;

  function addHealth(to: FastifyInstance): void {
    to.get('/healthz', { config: { does: 'The process answers.' } }, async () => ({ status: 'ok' }));
    to.get('/healthz/ready', { config: { does: 'The list has been read: 200, else 503.' } }, async (_request, reply) =>
      reply.code(readModel.ready() ? 200 : 503).send({ ready: readModel.ready() }),
    );
    to.get('/metrics', { config: { does: 'Metrics for Prometheus.' } }, async (_request, reply) =>
      reply.type(registry.contentType).send(await registry.metrics()),
    );
  }
}

/** Of a parameter that is given twice the first counts, as in Prow: no route expects a list. */
function firstValues(query: string): Record<string, string> {
  const values = [...new URLSearchParams(query)].toReversed();
  return Object.assign(Object.create(null) as object, Object.fromEntries(values));
}

function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
