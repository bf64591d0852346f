/**
 * Runs jobs as pods of one build cluster (spec jobs.md 5; architecture.md 3.5): what plank does, one call at a time.
 *
 * It holds no state that a restarted worker would miss: a pod is found again by its name, which is the ProwJob's, and by its build
 * id. Nothing here deletes a pod because a worker stops.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { Executor, RunOutcome, RunRequest } from '../../domain/executor.ts';
import { runKey } from '../../domain/storage-keys.ts';
import { createTtlCache } from '../../domain/ttl-cache.ts';
import { putRunIndexes } from '../blobs/run-indexes.ts';
import { podFromProwJob } from '../../rules/pod/pod-from-prowjob.ts';
import { StorageUnavailable } from '../blobs/storage-error.ts';
import type { ClusterEvent, Pod } from './api-types.ts';
import type { BuildCluster } from './build-cluster.ts';
import { deleteRunPod } from './delete-pod.ts';
import { createLogArchive } from './log-archive.ts';
import { isPodFinished, isPodOf, podFacts } from './pod-facts.ts';
import { storePodInfo } from './pod-info.ts';
import { podTrouble, withTrouble } from './pod-trouble.ts';
import { startPod } from './start-pod.ts';
import { watchPod, type Judged } from './watch-pod.ts';

export interface KubernetesExecutorOptions {
  cluster: BuildCluster;
  blobs: BlobStore;
  logger: Logger;
  /** For logs on their way to storage. */
  spoolDir: string;
  /** Version of this program, for the label `prow.k8s.io/plank-version`. */
  version?: string;
  /** How long one call waits for an earlier pod to go. Default 15 s, within the time of an attempt. */
  patienceMs?: number;
  /** Longest time to wait for the last words of containers that are being ended. Default 10 minutes. */
  lastWordsMs?: number;
  /** Pauses before another try of a log. */
  logRetriesMs?: readonly number[];
  /** Pauses before another try to store the log of a pod that had to be deleted. Default five minutes in all. */
  storageRetriesMs?: readonly number[];
}

/** For some five minutes. */
const defaultStorageRetriesMs = [1_000, 2_000, 5_000, 10_000, ...Array.from({ length: 10 }, () => 30_000)];

/** How old a node may be in `podinfo.json`, and how many are kept for it. */
const nodeMs = 30_000;
const maxNodes = 100;

/** Streams of containers that have ended end by themselves. */
const lastLinesMs = 10_000;

export function createKubernetesExecutor(options: KubernetesExecutorOptions): Executor {
  const { cluster, blobs, spoolDir, version, patienceMs = 15_000, lastWordsMs = 600_000, logRetriesMs } = options;
  const { storageRetriesMs = defaultStorageRetriesMs } = options;
  const logger = options.logger.child({ cluster: cluster.name });
  const archive = createLogArchive({
    api: cluster.api,
    blobs,
    spoolDir,
    logger,
    ...(logRetriesMs && { retriesMs: logRetriesMs }),
  });

  // Pods that end at the same time mostly ran on the same few nodes, whose objects are large.
  const nodes = createTtlCache({ ttlMs: nodeMs, now: () => performance.now(), maxEntries: maxNodes });
  const extras = {
    events: async (uid: string) => await cluster.api.events(uid),
    node: async (name: string) => await nodes.get(name, async () => await cluster.api.node(name)),
  };

  const storeInfo = ({ prowJob, storage }: RunRequest, pod: Pod) =>
    storePodInfo({ api: extras, blobs, logger }, pod, runKey(prowJob.spec, storage, prowJob.status.build_id ?? ''));

  /** In decorated pods Prow's own utilities do it. */
  async function storeIndexes({ prowJob: { spec, status }, storage }: RunRequest, buildId = status.build_id ?? '') {
    if (!spec.decoration_config) await putRunIndexes(blobs, { spec, storage, buildId });
  }

  /** The log is read while the pod is being ended, because afterwards it is gone with it. Answers with what kept it from storage. */
  async function deleteWithLogs(request: RunRequest, pod: Pod): Promise<unknown> {
    const grace = pod.spec?.terminationGracePeriodSeconds ?? 30;
    const limitMs = Math.min(lastWordsMs, grace * 1_000 + 30_000);
    const problem = archive.store(request, { patienceMs: limitMs }).then(
      () => undefined,
      (err: unknown) => {
        logger.warn({ err, pod: pod.metadata.name }, 'The log of a run that is ended is not stored');
        return err;
      },
    );
    await deleteRunPod(cluster, pod);
    return await problem;
  }

  /**
   * The pod is gone, and with it the reason for this end: another attempt would find a pod that is missing. So storage that is away
   * is waited for here, though not for ever.
   */
  async function insistOnLogs(request: RunRequest, problem: unknown, signal: AbortSignal): Promise<void> {
    const waits = [...storageRetriesMs];
    let error = problem;
    while (error instanceof StorageUnavailable && waits.length > 0 && !signal.aborted) {
      await delay(waits.shift(), undefined, { signal }).catch(() => undefined);
      error = await archive.store(request, { patienceMs: 0 }).then(
        () => undefined,
        (err: unknown) => err,
      );
    }
    if (error) logger.warn({ err: error, pod: request.prowJob.metadata.name }, 'The log of a run is lost');
  }

  async function finish(request: RunRequest, { verdict, pod }: Judged, signal: AbortSignal): Promise<RunOutcome> {
    const { prowJob } = request;
    let events: readonly ClusterEvent[] = [];
    if (pod) {
      events = await storeInfo(request, pod);
      // Before the pod may be deleted: afterwards nothing may fail, since another attempt would find a pod that is missing.
      if (verdict.kind === 'ended') await storeIndexes(request);
      if (verdict.deletePod) await insistOnLogs(request, await deleteWithLogs(request, pod), signal);
      else {
        const hasEnded = isPodFinished(podFacts(pod));
        await archive.store(request, { patienceMs: lastLinesMs, hasEnded, signal });
      }
    } else {
      // Of a pod that is gone there is what was read before.
      await archive.store(request, { patienceMs: lastLinesMs, signal });
    }
    const log = logger.child({
      job: prowJob.spec.job,
      prowjob: prowJob.metadata.name,
      buildId: prowJob.status.build_id,
    });
    if (verdict.kind === 'revive') {
      if (pod && !verdict.deletePod) await deleteRunPod(cluster, pod);
      log.info({ cause: verdict.cause, counted: verdict.counted }, 'Pod is to be replaced');
      return { kind: 'restart', cause: verdict.cause, counted: verdict.counted };
    }
    const { state } = verdict;
    const description =
      state === 'success' ? verdict.description : withTrouble(verdict.description, pod && podTrouble(pod, events));
    log.info({ state, description }, 'Pod ended');
    return { kind: 'ended', state, description };
  }

  return {
    kind: 'kubernetes',

    async start(request) {
      const { prowJob, endedBuildIds = [] } = request;
      const buildId = prowJob.status.build_id ?? '';
      const pod = podFromProwJob(prowJob, { buildId, ...(version && { plankVersion: version }) });
      const started = await startPod(cluster, { pod, buildId, endedBuildIds, patienceMs });
      logger.info(
        { job: prowJob.spec.job, prowjob: prowJob.metadata.name, buildId: started.buildId, adopted: started.adopted },
        started.adopted ? 'Pod adopted' : 'Pod created',
      );
      // Storage that is away must not keep a run from starting; what is missing is written when it has ended.
      await storeIndexes(request, started.buildId).catch((err: unknown) => {
        logger.warn({ err, pod: prowJob.metadata.name }, 'latest-build.txt does not say yet that a run has started');
      });
      return started;
    },

    async watch(request, context) {
      const logs = archive.follow(request);
      const begin = cluster.pods().follow(request.prowJob.metadata.name, (pod) => {
        if (pod?.status?.phase === 'Running') logs?.begin();
      });
      try {
        const judged = await watchPod(cluster, request, context);
        return await finish(request, judged, context.signal);
      } finally {
        begin.stop();
        logs?.stop();
      }
    },

    async end(request) {
      const { name } = request.prowJob.metadata;
      const pod = await cluster.api.get(name);
      if (pod && !isPodOf(podFacts(pod), name)) return;
      if (!pod) {
        // What an earlier attempt has read and could not store.
        await archive.store(request, { patienceMs: 0 });
        return;
      }
      // Storage that is away must not keep an aborted run alive.
      await storeInfo(request, pod).catch((err: unknown) => {
        logger.warn({ err, pod: name }, 'podinfo.json of a run that is ended is not stored');
      });
      const problem = await deleteWithLogs(request, pod);
      // The run has ended; its record needs storage as well, so its log may as well be waited for.
      if (problem instanceof StorageUnavailable) throw problem;
    },
  };
}
