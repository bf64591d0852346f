/**
 * The pages and what they load, as Vite has built them: a handful of small files, kept in memory. There is one page; which
 * part of it shows, its address says.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { HttpError } from './http-error.ts';
import type { Runs } from './runs.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const neverStored = { 'cache-control': 'no-store, must-revalidate', expires: '0' };
/** Seconds; names of assets contain a hash of their content. */
const assetAge = 315_360_000;

const viewHelp =
  'The page of a run: `/view/prowjob/<job>/<build id>`, or `/view/gs/<bucket>/<path>` for what lies in storage.';

/** Throws when the pages are not built. */
export function addPageRoutes(app: FastifyInstance, publicDir: string, runs: Runs): void {
  const page = join(publicDir, 'index.html');
  if (!existsSync(page)) {
    throw new Error(`Deck's pages are not built: ${page} is missing. Run npm start, which builds them.`);
  }
  const html = readFileSync(page);
  const sendPage = (reply: FastifyReply) => reply.type('text/html; charset=utf-8').headers(neverStored).send(html);

  app.get('/', { config: { does: 'The page with the list.' } }, async (_request, reply) => sendPage(reply));
  app.get<{ Params: { '*': string } }>('/view/*', { config: { does: viewHelp } }, async (request, reply) => {
    // The page tells people what is wrong; the status tells programs, and is the same for hidden runs and for none.
    const status = await runs.find(request.params['*']).then(() => 200, statusOf);
    return sendPage(reply.code(status));
  });
  app.get('/favicon.ico', { config: { does: false } }, async (_request, reply) => reply.redirect('/favicon.svg'));

  for (const { name, path } of filesOf(publicDir)) {
    const type = types[extname(name)];
    if (!type) continue;
    const content = readFileSync(path);
    const caching = name.startsWith('assets/') ? `public, max-age=${assetAge}, immutable` : 'no-cache';
    app.get(`/${name}`, { config: { does: false } }, async (_request, reply) =>
      reply.type(type).header('cache-control', caching).send(content),
    );
  }
}

function filesOf(publicDir: string): { name: string; path: string }[] {
  return readdirSync(publicDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path, name: path.slice(publicDir.length + 1).replaceAll('\\', '/') };
    });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.statusCode;
  throw error;
}
