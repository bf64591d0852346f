/** Rerun and abort (spec deck.md 1.7, 1.8): by POST only; a GET shows what a rerun would create and changes nothing. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { dump } from 'js-yaml';
import { RefusedError } from '../../clients/temporal/api.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { mayAnyoneRerun } from '../../rules/rerun-auth.ts';
import { JobResolutionError, resolveJob } from '../../rules/resolve-job.ts';
import type { ReadItem } from '../read-model/read-model.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import type { Visible } from './visible.ts';

const previewHelp =
  'Shows what a rerun would create, as YAML, and changes nothing. `prowjob=`, `mode=original` or `mode=latest`.';
const rerunHelp =
  'Starts a ProwJob again: `prowjob=`, `mode=original` (as it was) or `mode=latest` (as configured now).';
const abortHelp = 'Aborts a ProwJob that has not ended: `prowjob=`.';

type Query = { Querystring: { prowjob?: string; mode?: string } };

export function addActionRoutes(app: FastifyInstance, deps: DeckDeps, visible: Visible): void {
  const { settings, logger, prowJobs } = deps;

  app.get<Query>('/rerun', { config: { does: previewHelp } }, async (request, reply) => {
    const item = visible.named(request.query.prowjob);
    const input = await inputOf(item, modeOf(request.query.mode));
    const { spec, labels, annotations, namespace, description } = input;
    const name = randomUUID();
    const created = {
      apiVersion: 'prow.k8s.io/v1',
      kind: 'ProwJob',
      metadata: { name, namespace, labels, annotations },
      spec,
      status: { state: 'triggered', ...(description && { description }) },
    };
    return reply.type('text/plain; charset=utf-8').send(dump(created, { lineWidth: -1 }));
  });

  app.post<Query>('/rerun', { config: { does: rerunHelp } }, async (request, reply) => {
    const item = visible.named(request.query.prowjob);
    const mode = modeOf(request.query.mode);
    const { spec } = await inputOf(item, mode);
    const name = item.prowJob.metadata.name;
    authorise(spec, 'rerun', name);
    const started = await refused(prowJobs.start({ rerun: { prowJob: name, mode } }));
    logger.info({ audit: 'rerun', prowjob: name, job: spec.job, created: started.prowJob, allowed: true }, 'Rerun');
    return reply.send({ ...started, message: `Started ${started.job} again.` });
  });

  app.post<Query>('/abort', { config: { does: abortHelp } }, async (request, reply) => {
    const item = visible.named(request.query.prowjob);
    const { metadata, spec, status } = item.prowJob;
    if (!['scheduling', 'triggered', 'pending'].includes(status.state)) {
      throw new HttpError(400, `${spec.job} is ${status.state} and can no longer be aborted.`);
    }
    authorise((await deps.readModel.full(metadata.name))?.spec ?? spec, 'abort', metadata.name);
    await refused(prowJobs.abort(metadata.name, { by: '' }));
    logger.info({ audit: 'abort', prowjob: metadata.name, job: spec.job, allowed: true }, 'Abort');
    return reply.send({ prowJob: metadata.name, message: `Aborting ${spec.job}.` });
  });

  // Prow's clients expect 405 and not 404 for the other verbs.
  for (const url of ['/abort', '/rerun']) {
    app.route({
      method: url === '/abort' ? ['GET', 'PUT', 'DELETE', 'PATCH'] : ['PUT', 'DELETE', 'PATCH'],
      url,
      config: { does: false },
      handler: async () => {
        throw new HttpError(405, `${url} takes ${url === '/abort' ? 'POST' : 'GET and POST'} only.`);
      },
    });
  }

  async function inputOf({ prowJob }: ReadItem, mode: 'original' | 'latest') {
    const previous = (await deps.readModel.full(prowJob.metadata.name)) ?? prowJob;
    try {
      return resolveJob(
        { rerun: { prowJob: previous.metadata.name, mode } },
        { config: deps.config(), settings: { executor: 'none' }, previous },
      );
    } catch (error) {
      if (error instanceof JobResolutionError) throw new HttpError(400, error.message);
      throw error;
    }
  }

  function authorise(spec: ProwJobSpec, action: string, name: string): void {
    if (settings.authorization === 'local' || mayAnyoneRerun(spec, deps.config().main.deck)) return;
    logger.info({ audit: action, prowjob: name, job: spec.job, allowed: false }, 'Refused');
    throw new HttpError(
      501,
      'Only jobs whose rerun_auth_config allows anyone can be rerun or aborted here: this Deck has no login.',
    );
  }
}

function modeOf(mode: string | undefined): 'original' | 'latest' {
  if (mode === undefined || mode === '' || mode === 'original') return 'original';
  if (mode === 'latest') return 'latest';
  throw new HttpError(400, 'mode must be original or latest.');
}

const codes: Record<RefusedError['code'], number> = {
  JobNotFound: 404,
  NotAbortable: 400,
  ConfigInvalid: 400,
  MessageInvalid: 400,
  SpecInvalid: 400,
};

async function refused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RefusedError) throw new HttpError(codes[error.code], error.message);
    throw error;
  }
}
