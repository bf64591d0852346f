/**
 * `/artifact/<bucket>/<path>`: what runs have left in storage. Written by anybody who can open a pull request, so it must
 * never act in Deck's name (spec deck.md 1.12): sandboxed, of a harmless type or as a download, and only of visible runs.
 */
import type { FastifyInstance } from 'fastify';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import type { Runs } from './runs.ts';

export function addArtifactRoute(app: FastifyInstance, { blobs }: DeckDeps, runs: Runs): void {
  const does = 'A file of a run: `/artifact/<bucket>/<path>`. Sandboxed; what a browser could execute is a download.';
  app.get<{ Params: { '*': string } }>('/artifact/*', { config: { does } }, async (request, reply) => {
    const key = request.params['*'];
    const found = (await runs.mayRead(key)) ? await blobs.stat(key).catch(() => undefined) : undefined;
    const stream = found && (await blobs.stream(key));
    if (!found || !stream) throw new HttpError(404, 'No such artifact.');
    const type = harmlessType(key);
    reply.headers({
      'content-security-policy': 'sandbox',
      'content-disposition': type ? 'inline' : 'attachment',
      'cache-control': 'no-cache',
    });
    if (found.contentEncoding) reply.header('content-encoding', found.contentEncoding);
    else reply.header('content-length', found.size);
    return reply.type(type ?? 'application/octet-stream').send(stream);
  });
}

const text = 'text/plain; charset=utf-8';
/** Shown in the browser; everything else, markup above all, is downloaded. */
const types: Readonly<Record<string, string>> = {
  txt: text,
  log: text,
  out: text,
  xml: text,
  yaml: text,
  yml: text,
  md: text,
  csv: text,
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
};

function harmlessType(key: string): string | undefined {
  const extension = /\.([A-Za-z0-9]+)$/.exec(key)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : types[extension];
}
