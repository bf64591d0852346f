/** The list as data: `/api/jobs` for our pages, `/prowjobs.js` and `/data.js` for Prow's clients (spec deck.md 1.4). */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { formatDuration } from '../../domain/duration.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import { refsText } from '../../rules/refs-text.ts';
import type { JobList } from '../api.ts';
import type { ReadItem } from '../read-model/read-model.ts';
import { mapInParallel } from '../in-parallel.ts';
import type { DeckDeps } from './deps.ts';
import { HttpError } from './http-error.ts';
import { rowOf } from './rows.ts';
import { deckStatus } from './status.ts';
import type { Visible } from './visible.ts';

const prowJobsHelp =
  "ProwJobs as Prow's Deck lists them. `omit=` leaves out `annotations,labels,decoration_config,pod_spec`, `org=` `repo=` " +
  '`owner=` filter, `var=` makes a script of it, `limit=` and `offset=` take a part (`X-Total-Count` has the number of all).';
const dataHelp = 'The older, shorter form of that list; `var=` makes a script of it.';

/** Records read at the same time, for what the list does not hold in memory. */
const parallelReads = 16;

interface ListQuery {
  omit?: string;
  org?: string;
  repo?: string;
  owner?: string;
  var?: string;
  /** Beyond Prow: at most so many items, after leaving out as many; `X-Total-Count` says how many there are. */
  limit?: string;
  offset?: string;
}

export function addListRoutes(app: FastifyInstance, deps: DeckDeps, visible: Visible): void {
  app.get(
    '/api/jobs',
    { config: { does: 'The list of ProwJobs, for the pages.' } },
    async (_request, reply): Promise<JobList> => {
      reply.header('cache-control', 'no-store');
      return {
        items: visible.items().map((item) => rowOf(item, deps.settings)),
        revision: deps.readModel.revision(),
        status: deckStatus(deps),
      };
    },
  );

  app.get<{ Querystring: ListQuery }>('/prowjobs.js', { config: { does: prowJobsHelp } }, async (request, reply) => {
    const { omit = '', limit, offset, ...filters } = request.query;
    const omitted = new Set(omit.split(',').filter(Boolean));
    const found = visible.items().filter((item) => matches(item.prowJob, filters));
    const from = countOf(offset, 'offset', 0);
    const page = found.slice(from, from + countOf(limit, 'limit', found.length));
    const items = await mapInParallel(page, parallelReads, (item) => prowJobFor(deps, item, omitted));
    reply.header('x-total-count', found.length);
    return sendScript(request, reply, { items }, request.query.var);
  });

  app.get<{ Querystring: ListQuery }>('/data.js', { config: { does: dataHelp } }, async (request, reply) =>
    sendScript(
      request,
      reply,
      visible.items().map(({ prowJob }) => legacyItem(prowJob)),
      request.query.var,
    ),
  );
}

/** Org and repo must be those of one ref (the reference takes them from different ones, which the spec rules a defect). */
export function matches({ spec }: ProwJob, { org, repo, owner }: Pick<ListQuery, 'org' | 'repo' | 'owner'>): boolean {
  const refs = spec.refs ? [spec.refs] : (spec.extra_refs ?? []);
  if ((org || repo) && !refs.some((each) => (!org || each.org === org) && (!repo || each.repo === repo))) return false;
  return !owner || (spec.refs?.pulls ?? []).some(({ author }) => author === owner);
}

/** The light parts are in memory; what is not omitted comes from the record. */
async function prowJobFor({ readModel }: DeckDeps, item: ReadItem, omitted: ReadonlySet<string>): Promise<ProwJob> {
  const light = ['annotations', 'labels', 'decoration_config', 'pod_spec'].every((part) => omitted.has(part));
  const full = light ? item.prowJob : ((await readModel.recorded(item.prowJob.metadata.name)) ?? item.prowJob);
  const { labels, annotations, ...metadata } = full.metadata;
  const { pod_spec, decoration_config, ...spec } = full.spec;
  // The page counts the containers to choose the log icon.
  const emptyContainers = Array.from({ length: item.containers ?? 0 }, () => ({}));
  return {
    ...full,
    metadata: {
      ...metadata,
      labels: omitted.has('labels') ? {} : labels,
      annotations: omitted.has('annotations') ? {} : annotations,
    },
    spec: {
      ...spec,
      ...(decoration_config && !omitted.has('decoration_config') && { decoration_config }),
      ...(omitted.has('pod_spec')
        ? item.containers !== undefined && { pod_spec: { containers: emptyContainers } }
        : pod_spec && { pod_spec }),
    },
  };
}

function legacyItem({ spec, status, metadata }: ProwJob) {
  const refs = spec.refs;
  const seconds = status.completionTime
    ? (Date.parse(status.completionTime) - Date.parse(status.startTime)) / 1000
    : undefined;
  return {
    type: spec.type,
    refs: refs ?? { org: '', repo: '' },
    refs_key: refs ? refsText(refs) : '',
    job: spec.job,
    build_id: status.build_id ?? '',
    context: spec.context ?? '',
    started: String(Math.floor(Date.parse(status.startTime) / 1000)),
    finished: status.completionTime ?? '',
    duration: seconds === undefined ? '' : formatDuration(BigInt(Math.trunc(seconds)) * 1_000_000_000n),
    state: status.state,
    description: status.description ?? '',
    url: status.url ?? '',
    pod_name: status.pod_name ?? '',
    agent: spec.agent ?? '',
    prow_job: metadata.name,
  };
}

function countOf(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new HttpError(400, `${name} must be a whole number.`);
  return Number(text);
}

const variable = /^[A-Za-z_$][\w$]{0,63}$/;

/** JSON, or with `?var=` a script that sets a variable; with an ETag, since the list is long and often the same. */
function sendScript(
  request: FastifyRequest,
  reply: FastifyReply,
  data: unknown,
  name: string | undefined,
): FastifyReply {
  if (name !== undefined && !variable.test(name)) throw new HttpError(400, 'var must be the name of a variable.');
  const json = JSON.stringify(data);
  const body = name === undefined ? json : `var ${name} = ${json.replaceAll('<', '\\u003c')};`;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  reply.headers({ etag, 'cache-control': 'no-cache' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type(name === undefined ? 'application/json' : 'application/javascript').send(body);
}
