/** One run: the data of its page, and its YAML (spec deck.md 1.3, 2.1). */
import type { FastifyInstance } from 'fastify';
import { dump } from 'js-yaml';
import type { ArtifactLink, RunPage } from '../api.ts';
import type { DeckDeps } from './deps.ts';
import { rowOf } from './rows.ts';
import type { Runs } from './runs.ts';
import { deckStatus } from './status.ts';
import type { Visible } from './visible.ts';

const maxArtifacts = 2_000;

const runHelp = 'One run, for its page; `src=` is what follows `/view/` in the address of the page.';
const prowJobHelp = 'One ProwJob as YAML; `prowjob=` is its name.';

export function addRunRoutes(app: FastifyInstance, deps: DeckDeps, visible: Visible, runs: Runs): void {
  const { readModel, blobs, settings } = deps;

  app.get<{ Querystring: { src?: string } }>(
    '/api/run',
    { config: { does: runHelp } },
    async (request, reply): Promise<RunPage> => {
      reply.header('cache-control', 'no-store');
      const source = request.query.src ?? '';
      const { job, buildId, item, prowJob, runKey } = await runs.find(source);
      const full = item && (await readModel.full(prowJob.metadata.name).catch(() => undefined));
      return {
        job,
        buildId,
        ...(item && { row: rowOf(item, settings), prowJobYaml: `/prowjob?prowjob=${prowJob.metadata.name}` }),
        prowJob: full ?? prowJob,
        artifacts: runKey ? await artifactsOf(runKey) : [],
        log: item
          ? `/log?job=${encodeURIComponent(job)}&id=${encodeURIComponent(buildId)}`
          : `/log?src=${encodeURIComponent(source)}`,
        status: deckStatus(deps),
      };
    },
  );

  app.get<{ Querystring: { prowjob?: string } }>(
    '/prowjob',
    { config: { does: prowJobHelp } },
    async (request, reply) => {
      const { prowJob } = visible.named(request.query.prowjob);
      const full = (await readModel.full(prowJob.metadata.name)) ?? prowJob;
      return reply
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(dump(full, { lineWidth: -1 }));
    },
  );

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
}
