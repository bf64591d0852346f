/**
 * `/log`: the raw log of a run (spec deck.md 1.3), while it runs and afterwards. Beyond Prow: with `&offset=` one piece from
 * there on, and in headers where the next one begins and whether the log is complete; `?src=` for runs that only storage knows.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { isComplete } from '../../domain/prowjob.ts';
import { readStoredLog } from '../../clients/blobs/stored-log.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import type { FoundRun, Runs } from './runs.ts';

const logHelp =
  'The log of a run as text: `job=` and `id=` (the build id), or `src=`. With `offset=` one piece from that byte on; the headers ' +
  '`X-Log-Next` and `X-Log-Complete` say where the next one begins and whether there will be one.';

/** Bytes of a piece. */
const pieceSize = 1024 * 1024;

interface LogQuery {
  job?: string;
  id?: string;
  src?: string;
  offset?: string;
  container?: string;
}

interface Piece {
  content: Uint8Array;
  next: number;
  complete: boolean;
}

export function addLogRoute(app: FastifyInstance, { logs, blobs }: DeckDeps, runs: Runs): void {
  app.get<{ Querystring: LogQuery }>('/log', { config: { does: logHelp } }, async (request, reply) => {
    const { job, id, src, offset, container } = request.query;
    if (!src && !(job && id)) throw new HttpError(400, 'Say which: /log?job=NAME&id=BUILD');
    if (!src && /\//.test(`${job}${id}`)) throw new HttpError(404, `No run ${id} of ${job} is known here.`);
    const run = await runs.find(src || `prowjob/${job}/${id}`);
    reply
      // Prow's rule: pages of other hosts may show logs.
      .headers({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' })
      .type('text/plain; charset=utf-8');
    if (offset !== undefined) {
      const from = offsetOf(offset);
      const piece = await read(run, from, container);
      // A run that has ended without a log will not get one.
      const complete = piece?.complete ?? isComplete(run.prowJob);
      return reply
        .headers({ 'x-log-next': String(piece?.next ?? from), 'x-log-complete': String(complete) })
        .send(Buffer.from(piece?.content ?? []));
    }
    const first = await read(run, 0, container);
    if (!first) throw new HttpError(404, 'This run has no log (yet).');
    return reply.send(Readable.from(pieces(run, first, container)));
  });

  async function* pieces(run: FoundRun, first: Piece, container: string | undefined): AsyncGenerator<Uint8Array> {
    for (let piece: Piece | undefined = first; piece && piece.content.length > 0;) {
      yield piece.content;
      piece = piece.complete ? undefined : await read(run, piece.next, container);
    }
  }

  async function read(run: FoundRun, offset: number, container: string | undefined): Promise<Piece | undefined> {
    const range = { offset, limit: pieceSize };
    // A record that lies in storage names a ProwJob, but cannot speak for it: only what lies beside it is read.
    if (run.item) return logs.read(run.prowJob, { ...range, ...(container && { container }) });
    return run.runKey ? readStoredLog(blobs, `${run.runKey}/build-log.txt`, range) : undefined;
  }
}

function offsetOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new HttpError(400, 'offset must be a whole number of bytes.');
  return Number(text);
}
