/** Which part of the host a request is for. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isGitPath, serveGit } from './git.ts';
import { serveGraphql } from './graphql.ts';
import { serveControl } from './control.ts';
import type { Exchange, Parts } from './exchange.ts';
import { serveRest } from './rest.ts';
import { isPagePath, serveWeb } from './web.ts';

/** Where GitHub Enterprise has its REST interface; github.com has it at the root of a host of its own. */
const enterprise = '/api/v3';

export async function dispatch(parts: Parts, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const url = new URL(request.raw.url ?? '/', parts.world.web);
  const exchange: Exchange = { request, reply, url };
  const path = url.pathname;
  if (path.startsWith('/_forge/')) {
    await serveControl(parts, exchange);
    return;
  }
  if (isGitPath(path)) {
    await serveGit(parts, exchange);
    return;
  }
  if (path === '/graphql' || path === '/api/graphql') {
    await serveGraphql(parts, exchange);
    return;
  }
  const below = path === enterprise || path.startsWith(`${enterprise}/`) ? path.slice(enterprise.length) || '/' : path;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const match = parts.routes.find(method, below);
  if (!match && below === path && isPagePath(parts, method, path)) {
    await serveWeb(parts, exchange);
    return;
  }
  await serveRest(parts, exchange, below, match);
}
