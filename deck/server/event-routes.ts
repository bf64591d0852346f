/** `/events`: changes of the list as server-sent events, so that pages update without a reload. */
import type { FastifyInstance } from 'fastify';
import type { JobChanges } from '../api.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import { rowOf } from './rows.ts';
import { deckStatus } from './status.ts';
import type { Visible } from './visible.ts';

/** Each open page holds a connection. */
const maxClients = 500;
const heartbeatMs = 15_000;
const statusMs = 2_000;

export function addEventRoutes(app: FastifyInstance, deps: DeckDeps, visible: Visible): void {
  const closers = new Set<() => void>();
  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => closers.forEach((close) => close()));

  app.get('/events', (request, reply) => {
    if (closers.size >= maxClients) throw new HttpError(503, 'Too many pages are open; reload this one later.');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const send = (event: string, data: unknown) => raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    let status = '';
    const sendStatus = () => {
      const next = deckStatus(deps);
      if (JSON.stringify(next) === status) return;
      status = JSON.stringify(next);
      send('status', next);
    };
    sendStatus();
    const unsubscribe = deps.readModel.onChange(({ changed, removed }) => {
      const rows = changed.filter(visible.isVisible).map((item) => rowOf(item, deps.settings));
      if (rows.length > 0 || removed.length > 0) send('jobs', { changed: rows, removed } satisfies JobChanges);
    });
    const timers = [setInterval(() => raw.write(': alive\n\n'), heartbeatMs), setInterval(sendStatus, statusMs)];
    const close = () => {
      unsubscribe();
      timers.forEach((timer) => clearInterval(timer));
      closers.delete(close);
      raw.end();
    };
    closers.add(close);
    request.raw.once('close', close);
  });
}
