/**
 * The part of the sweep that only the workers of an execution site can do: pods of a build cluster, folders of local runs
 * (spec jobs.md 7 step 4; architecture.md 3.5).
 */
import type { Logger } from 'pino';
import type { Executions } from '../clients/temporal/executions.ts';
import { maxLookup } from '../clients/temporal/executions.ts';
import type { ProwJobSummary } from '../clients/temporal/api.ts';
import type { BlobStore } from '../domain/blob-store.ts';
import type { ClusterPods } from '../domain/cluster-pods.ts';
import { isFinal } from '../domain/jobs/state-machine.ts';
import { reporterFinalizer, type PodFacts } from '../domain/plank/pod-facts.ts';
import type { ProwJob } from '../domain/prowjob.ts';
import { judgePod, ownerName, type PodAges, type PodOwner } from '../domain/sinker/judge-pod.ts';
import { count, emptySwept, type Swept } from '../domain/sinker/pass.ts';
import { beating } from './beating.ts';
import { failureReason } from './failure-reason.ts';
import { inParallel } from './in-parallel.ts';

export interface SinkerSiteActivities {
  /** Removes the pods of this site's cluster that nobody needs any more. */
  sweepPods(request: PodAges & { dryRun: boolean }): Promise<Swept>;
  /** Removes folders of runs that ended before this time (ms); answers how many. */
  sweepRunFolders(request: { endedBeforeMs: number; dryRun: boolean }): Promise<number>;
}

export interface SinkerSiteDeps {
  executions: Pick<Executions, 'lookUp' | 'isOpen'>;
  blobs: Pick<BlobStore, 'get'>;
  /** Absent where the site is no build cluster. */
  pods?: ClusterPods;
  /** Absent where runs leave no folders. */
  removeRunFolders?: (endedBeforeMs: number, options: { dryRun: boolean }) => Promise<number>;
  logger: Logger;
}

/** Deletions under way at once. */
const parallel = 8;

export function createSinkerSiteActivities(deps: SinkerSiteDeps): SinkerSiteActivities {
  const { executions, blobs, pods, removeRunFolders, logger } = deps;

  /**
   * Whether the ProwJob goes on although its execution has ended: a reset ends the one and goes on as another, with the same pod.
   */
  const isReset = async (summary: ProwJobSummary | undefined) =>
    summary?.executionStatus === 'TERMINATED' && (await executions.isOpen(summary.name));

  /** Sweeps some pods; ages are counted to now, since owners are looked up now. */
  const sweepBatch = async (batch: readonly PodFacts[], request: PodAges & { dryRun: boolean }, swept: Swept) => {
    if (!pods) return;
    const summaries = await executions.lookUp([...new Set(batch.map(ownerName))]);
    await inParallel(parallel, batch, async (pod) => {
      const summary = summaries.get(ownerName(pod));
      const owner = summary && (await ownerOf(summary, blobs));
      const { remove, stripFinalizer } = judgePod(pod, owner, pods.nowMs(), request);
      try {
        if ((remove || stripFinalizer) && (await isReset(summary))) return;
        if (stripFinalizer && !request.dryRun) await pods.stripFinalizer(pod, reporterFinalizer);
        if (!remove) return;
        if (!request.dryRun) await pods.delete(pod);
        count(swept.removed, remove);
        const { name } = pod.metadata;
        logger.info({ pod: name, cluster: pods.cluster, reason: remove, dryRun: request.dryRun }, 'Pod removed');
      } catch (error) {
        count(swept.errors, failureReason(error));
        logger.warn({ err: error, pod: pod.metadata.name, cluster: pods.cluster }, 'A pod cannot be removed');
      }
    });
  };

  return {
    async sweepPods(request) {
      const swept = emptySwept();
      if (!pods) return swept;
      await beating(async (beat) => {
        let batch: PodFacts[] = [];
        for await (const pod of pods.list()) {
          swept.existing += 1;
          batch.push(pod);
          if (batch.length < maxLookup) continue;
          await sweepBatch(batch, request, swept);
          beat({ existing: swept.existing });
          batch = [];
        }
        await sweepBatch(batch, request, swept);
      });
      return swept;
    },

    async sweepRunFolders({ endedBeforeMs, dryRun }) {
      return (await removeRunFolders?.(endedBeforeMs, { dryRun })) ?? 0;
    },
  };
}

/**
 * When the ProwJob was complete. A workflow may outlive that, while a periodic's retry waits; then the record has it.
 */
async function ownerOf(summary: ProwJobSummary, blobs: Pick<BlobStore, 'get'>): Promise<PodOwner> {
  const { executionStatus, closeTime, startTime, state, memo, buildId } = summary;
  if (executionStatus !== 'RUNNING') return { completedMs: (closeTime ?? startTime).getTime() };
  if (!isFinal(state) || !memo || !buildId) return {};
  const content = await blobs.get(`${memo.dir}/${buildId}/prowjob.json`);
  if (!content) return {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by our own workflow
  const { status } = JSON.parse(new TextDecoder().decode(content)) as ProwJob;
  return status.completionTime ? { completedMs: Date.parse(status.completionTime) } : {};
}
