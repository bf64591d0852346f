/** One run: its page's data, log, artifacts and YAML (spec deck.md 1.3, 2.1). */
import type { FastifyInstance } from 'fastify';
import { dump } from 'js-yaml';
import type { ProwJob } from '../../domain/prowjob.ts';
import { canSee } from '../../rules/visibility.ts';
import type { ArtifactLink, RunPage } from '../api.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import { rowOf } from './rows.ts';
import { deckStatus } from './status.ts';
import type { Visible } from './visible.ts';

/** Bytes per answer when a log is followed. */
const logChunk = 1024 * 1024;
const maxArtifacts = 2_000;

export function addRunRoutes(app: FastifyInstance, deps: DeckDeps, visible: Visible): void {
  const { readModel, logs, blobs, settings } = deps;

  app.get<{ Querystring: { src?: string } }>('/api/run', async (request, reply): Promise<RunPage> => {
    reply.header('cache-control', 'no-store');
    const { job, buildId, key } = parseSource(request.query.src ?? '');
    const item = visible.run(job, buildId);
    const runKey = item?.runKey ?? key;
    const prowJob = item ? await readModel.full(item.prowJob.metadata.name) : await readRecord(runKey);
    if (!item && !prowJob) throw new HttpError(404, `No run ${buildId} of ${job} is known.`);
    return {
      job,
      buildId,
      ...(item && { row: rowOf(item, settings), prowJobYaml: `/prowjob?prowjob=${item.prowJob.metadata.name}` }),
      ...(prowJob && { prowJob }),
      artifacts: runKey ? await artifactsOf(runKey) : [],
      log: item
        ? `/log?job=${encodeURIComponent(job)}&id=${buildId}`
        : `/log?src=${encodeURIComponent(request.query.src ?? '')}`,
      status: deckStatus(deps),
    };
  });

  app.get<{ Querystring: { job?: string; id?: string; src?: string; offset?: string; container?: string } }>(
    '/log',
    async (request, reply) => {
      const { job, id, src, offset, container } = request.query;
      if (!src && !(job && id)) throw new HttpError(400, 'Say which: ?job=NAME&id=BUILD');
      const source = src ? parseSource(src) : { job: job ?? '', buildId: id ?? '', key: undefined };
      const item = visible.run(source.job, source.buildId);
      const prowJob = item?.prowJob ?? (await readRecord(source.key));
      if (!prowJob) throw new HttpError(404, `No run ${source.buildId} of ${source.job} is known.`);
      reply
        .headers({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' })
        .type('text/plain; charset=utf-8');
      const from = offset === undefined ? 0 : offsetOf(offset);
      if (offset !== undefined) {
        const part = await readLog(prowJob, source.key, from, container);
        reply.headers({ 'x-log-next': String(part?.next ?? from), 'x-log-complete': String(part?.complete ?? false) });
        return Buffer.from(part?.content ?? []);
      }
      const first = await readLog(prowJob, source.key, 0, container);
      if (!first) throw new HttpError(404, 'This run has no log (yet).');
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/plain; charset=utf-8',
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
      });
      for (let part: typeof first | undefined = first, at = -1; part && part.next > at;) {
        if (!reply.raw.write(part.content)) await new Promise((resolve) => reply.raw.once('drain', resolve));
        at = part.next;
        part = await readLog(prowJob, source.key, at, container);
      }
      reply.raw.end();
      return undefined;
    },
  );

  app.get<{ Querystring: { prowjob?: string } }>('/prowjob', async (request, reply) => {
    const { prowJob } = visible.named(request.query.prowjob);
    const full = (await readModel.full(prowJob.metadata.name)) ?? prowJob;
    return reply.type('text/plain; charset=utf-8').send(dump(full, { lineWidth: -1 }));
  });

  app.get<{ Params: { '*': string } }>('/artifact/*', async (request, reply) => {
    const key = request.params['*'];
    const runKey = await runOf(key);
    if (!runKey) throw new HttpError(404, 'No such artifact.');
    const found = await blobs.stat(key).catch(() => undefined);
    const stream = found && (await blobs.stream(key));
    if (!stream) throw new HttpError(404, 'No such artifact.');
    reply.headers({
      // Whatever a job has written must not act in Deck's name.
      'content-security-policy': 'sandbox',
      'content-disposition': isHarmless(key) ? 'inline' : 'attachment',
      'content-length': found.size,
      'cache-control': 'no-cache',
    });
    return reply.type(contentType(key)).send(stream);
  });

  async function readRecord(key: string | undefined): Promise<ProwJob | undefined> {
    const content = key ? await blobs.get(`${key}/prowjob.json`).catch(() => undefined) : undefined;
    if (!content) return undefined;
    const prowJob = JSON.parse(new TextDecoder().decode(content)) as ProwJob;
    return canSee(prowJob.spec, settings.viewer, deps.config().main.deck.hidden_repos ?? []) ? prowJob : undefined;
  }

  async function readLog(prowJob: ProwJob, key: string | undefined, offset: number, container: string | undefined) {
    const part = await logs.read(prowJob, { offset, limit: logChunk, ...(container && { container }) });
    if (part || !key) return part;
    // A run that Temporal no longer knows: its log lies beside its record.
    const found = await blobs.stat(`${key}/build-log.txt`);
    if (!found) return undefined;
    const chunks: Buffer[] = [];
    const end = Math.min(found.size, offset + logChunk);
    for await (const chunk of (await blobs.stream(`${key}/build-log.txt`, { start: offset, end })) ?? [])
      chunks.push(chunk);
    return { content: Buffer.concat(chunks), next: Math.max(offset, end), complete: end >= found.size };
  }

  async function artifactsOf(runKey: string): Promise<ArtifactLink[]> {
    const found: ArtifactLink[] = [];
    for await (const { key, size } of blobs.list(`${runKey}/`)) {
      found.push({
        name: key.slice(runKey.length + 1),
        size,
        href: `/artifact/${key.split('/').map(encodeURIComponent).join('/')}`,
      });
      if (found.length >= maxArtifacts) break;
    }
    return found;
  }

  /** The run that an object belongs to, if its record may be seen: the nearest folder above it with a record. */
  async function runOf(key: string): Promise<string | undefined> {
    for (let cut = key.lastIndexOf('/'); cut > 0; cut = key.lastIndexOf('/', cut - 1)) {
      const folder = key.slice(0, cut);
      if (await blobs.stat(`${folder}/prowjob.json`).catch(() => undefined))
        return (await readRecord(folder)) && folder;
    }
    return undefined;
  }
}

const providers = new Set(['gs', 'gcs', 's3', 'file']);

/** `prowjob/<job>/<build id>` or `<provider>/<bucket>/<path>/<job>/<build id>`, the text after `/view/`. */
function parseSource(source: string): { job: string; buildId: string; key: string | undefined } {
  const parts = source.replace(/\/+$/, '').split('/');
  const [kind = ''] = parts;
  const [job, buildId] = parts.slice(-2);
  if (parts.length < 3 || !job || !buildId || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw new HttpError(400, 'Expected /view/prowjob/JOB/BUILD or /view/PROVIDER/BUCKET/PATH/JOB/BUILD.');
  }
  if (kind === 'prowjob') return { job, buildId, key: undefined };
  if (!providers.has(kind)) throw new HttpError(404, `Storage of kind ${JSON.stringify(kind)} is not known.`);
  return { job, buildId, key: parts.slice(1).join('/') };
}

function offsetOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new HttpError(400, 'offset must be a whole number.');
  return Number(text);
}

const types: Readonly<Record<string, string>> = {
  txt: 'text/plain; charset=utf-8',
  log: 'text/plain; charset=utf-8',
  xml: 'text/plain; charset=utf-8',
  yaml: 'text/plain; charset=utf-8',
  yml: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
};

function contentType(key: string): string {
  return types[extensionOf(key)] ?? 'application/octet-stream';
}

function isHarmless(key: string): boolean {
  return types[extensionOf(key)] !== undefined;
}

function extensionOf(key: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(key)?.[1]?.toLowerCase() ?? '';
}
