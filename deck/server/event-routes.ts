/**
 * `/events`: changes of the list as server-sent events, so that pages update without a reload. A change is written once, for
 * all pages; the read model is listened to only while a page is open.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ReadModelChanges } from '../read-model/read-model.ts';
import type { JobChanges } from '../api.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import { rowOf } from './rows.ts';
import { deckStatus } from './status.ts';
import type { Visible } from './visible.ts';

/** Each open page holds a connection. */
const maxClients = 500;
/** A page that does not read is cut off, and loads the list again when it comes back. */
const maxWaitingBytes = 4 * 1024 * 1024;
const heartbeatMs = 15_000;
const statusMs = 2_000;

export function addEventRoutes(app: FastifyInstance, deps: DeckDeps, visible: Visible): void {
  const clients = new Set<ServerResponse>();
  let stop: (() => void) | undefined;
  let status = '';

  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => clients.forEach((client) => client.end()));

  const does = 'Changes of the list as server-sent events.';
  app.get('/events', { exposeHeadRoute: false, config: { does } }, (request, reply) => {
    if (clients.size >= maxClients) throw new HttpError(503, 'Too many pages are open; reload this one later.');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      // Proxies that collect answers would hold changes back.
      'x-accel-buffering': 'no',
    });
    // First, so that nothing is missed between the list that the page loads now and the first change.
    clients.add(raw);
    stop ??= start();
    raw.write(message('status', deckStatus(deps)));
    request.raw.once('close', () => {
      clients.delete(raw);
      raw.end();
      if (clients.size > 0) return;
      stop?.();
      stop = undefined;
    });
  });

  function start(): () => void {
    status = JSON.stringify(deckStatus(deps));
    const unsubscribe = deps.readModel.onChange(sendChanges);
    const timers = [setInterval(() => send(': alive\n\n'), heartbeatMs), setInterval(sendStatus, statusMs)];
    return () => {
      unsubscribe();
      timers.forEach((timer) => clearInterval(timer));
    };
  }

  function sendChanges({ changed, removed, revision }: ReadModelChanges): void {
    const rows = changed.filter(visible.isVisible).map((item) => rowOf(item, deps.settings));
    if (rows.length === 0 && removed.length === 0) return;
    send(message('jobs', { changed: rows, removed, revision } satisfies JobChanges));
  }

  function sendStatus(): void {
    const next = deckStatus(deps);
    const text = JSON.stringify(next);
    if (text === status) return;
    status = text;
    send(message('status', next));
  }

  function send(text: string): void {
    for (const client of clients) {
      if (client.writableLength > maxWaitingBytes) client.destroy();
      else client.write(text);
    }
  }
}

function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
