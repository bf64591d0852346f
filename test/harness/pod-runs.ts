/** Runs on a test cluster without Temporal: an executor per "worker", requests as a ProwJob's workflow makes them. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildCluster } from '../../clients/kubernetes/build-cluster.ts';
import { createBuildCluster } from '../../clients/kubernetes/build-cluster.ts';
import { createKubernetesExecutor } from '../../clients/kubernetes/executor.ts';
import { loadKubeconfigs } from '../../clients/kubernetes/kubeconfigs.ts';
import { createLocalBlobStore } from '../../clients/blobs/local.ts';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { Executor, RunOutcome, RunRequest } from '../../domain/executor.ts';
import type { PodSpec } from '../../domain/job-config.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { prowJob } from '../fixtures/prowjob.ts';

export interface PodRuns {
  executor: Executor;
  cluster: BuildCluster;
  blobs: BlobStore;
  /** What a run left in storage, as text. */
  stored(request: RunRequest, file: string): Promise<string | undefined>;
  close(): void;
}

export interface PodRunsOptions {
  kubeconfig: string;
  /** Our own clock. */
  now?: () => number;
  silenceMs?: number;
  patienceMs?: number;
  /** Something between the executor and its storage. */
  storage?: (blobs: BlobStore) => BlobStore;
}

/** Like a worker: its own connection, watch and storage. */
export function createPodRuns({ kubeconfig, now, silenceMs, patienceMs = 3_000, storage }: PodRunsOptions): PodRuns {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-pod-runs-'));
  const [kubeConfig] = loadKubeconfigs({ files: [kubeconfig], noInClusterConfig: true, env: {} }).values();
  if (!kubeConfig) throw new Error(`${kubeconfig} has no context.`);
  const logger = createLogger({ component: 'test', level: 'error' });
  const cluster = createBuildCluster({
    name: 'default',
    kubeConfig,
    namespace: 'default',
    logger,
    ...(now && { now }),
    watch: { retryMs: { first: 50, longest: 500 }, ...(silenceMs && { silenceMs }) },
  });
  const blobs = createLocalBlobStore(join(folder, 'storage'));
  const spoolDir = join(folder, 'spool');
  const executor = createKubernetesExecutor({
    cluster,
    blobs: storage?.(blobs) ?? blobs,
    logger,
    spoolDir,
    patienceMs,
    logRetriesMs: [100],
    storageRetriesMs: [100, 100, 100, 100],
  });
  return {
    executor,
    cluster,
    blobs,
    async stored({ prowJob: { spec, status } }, file) {
      const content = await blobs.get(`bucket/logs/${spec.job}/${status.build_id}/${file}`);
      return content && Buffer.from(content).toString();
    },
    close() {
      cluster.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let made = 0;

export interface PodRequestParts {
  spec?: PodSpec;
  annotations?: Record<string, string>;
  timeouts?: Partial<RunRequest['timeouts']>;
  errorOnEviction?: boolean;
}

/** A periodic without decoration, whose container prints the date. */
export function podRequest({ spec, annotations = {}, timeouts, errorOnEviction }: PodRequestParts = {}): RunRequest {
  made += 1;
  const name = randomUUID();
  const podSpec: PodSpec = {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'test', image: 'alpine', command: ['/bin/date'] }],
    ...spec,
  };
  return {
    prowJob: prowJob({
      metadata: { name, annotations },
      spec: { job: 'pod-run', pod_spec: podSpec, ...(errorOnEviction && { error_on_eviction: true }) },
      status: { build_id: String(1_700_000_000_000_000_000n + BigInt(made)) },
    }),
    storage: { bucket: 'bucket', path_strategy: 'explicit' },
    timeouts: { pendingMs: 600_000, runningMs: 3_600_000, unscheduledMs: 300_000, ...timeouts },
    maxRevivals: 3,
  };
}

/** The next run of the same ProwJob. */
export function nextRun(request: RunRequest): RunRequest {
  made += 1;
  const { status } = request.prowJob;
  const buildId = String(1_700_000_000_000_000_000n + BigInt(made));
  return {
    ...request,
    prowJob: { ...request.prowJob, status: { ...status, build_id: buildId } },
    endedBuildIds: [...(request.endedBuildIds ?? []), status.build_id ?? ''],
  };
}

/** Follows a run as the activity does; `stop` is the worker's shutdown. */
export function watching(runs: PodRuns, request: RunRequest) {
  const stopping = new AbortController();
  const phases: string[] = [];
  const outcome: Promise<RunOutcome> = runs.executor.watch(request, {
    signal: stopping.signal,
    heartbeat: (details) => void phases.push((details as { phase?: string }).phase ?? ''),
  });
  // A test that fails for another reason must not end with this one.
  outcome.catch(() => undefined);
  return { outcome, phases, stop: () => stopping.abort(new Error('the worker shuts down')) };
}
