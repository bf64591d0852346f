/**
 * From a configured job to the complete input of its workflow: spec, labels, storage, timeouts and limits are resolved here,
 * because workflows cannot read configuration (architecture.md 2.1).
 */
import { durationMs } from '../domain/duration.ts';
import type { ExecutorKind } from '../domain/executor.ts';
import type { GcsConfiguration, JobBase, Periodic } from '../domain/job-config.ts';
import { maxRetryAttempts } from '../domain/jobs/retry.ts';
import { labelsAndAnnotations } from '../domain/labels.ts';
import type { LoadedConfig, Plank } from '../domain/main-config.ts';
import { mainRefs, type ProwJobSpec } from '../domain/prowjob.ts';
import type { ProwJobInput, RetryPolicy } from '../domain/prowjob-input.ts';
import { localSite, unservedSite } from '../domain/wire.ts';
import { defaultDecoration } from './decoration.ts';
import { prowJobSpecForPeriodic } from './prowjob.ts';

/** What the installation adds to a job. */
export interface InputSettings {
  executor: ExecutorKind;
  /** Aliases of the build clusters that workers serve; absent: all. */
  clusters?: readonly string[];
  /** Build ids come from tot. */
  tot?: boolean;
}

/** Where runs are stored that no decoration configuration gives a bucket: the installation's own. */
export const installationStorage: GcsConfiguration = { bucket: 'bowsprit', path_strategy: 'explicit' };

/** What a ProwJob is made of besides the installation and the configuration. */
export interface ProwJobParts {
  spec: ProwJobSpec;
  /** The job's own labels and annotations; the automatic ones are added here (spec 4.2). */
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** Labels that the starter adds (`event-GUID`, `prow.k8s.io/retest`). */
  callerLabels?: Record<string, string>;
  description?: string;
  retry?: RetryPolicy;
}

type ConfigPart = Pick<LoadedConfig, 'main' | 'generation'>;

export function inputForProwJob(parts: ProwJobParts, config: ConfigPart, settings: InputSettings): ProwJobInput {
  const { spec, description, retry } = parts;
  const { plank } = config.main;
  const queueCapacity = spec.job_queue_name ? plank.job_queue_capacities?.[spec.job_queue_name] : undefined;
  const cluster = spec.cluster || 'default';
  return {
    v: 1,
    namespace: config.main.prowjob_namespace,
    spec,
    ...labelsAndAnnotations(spec, parts.labels ?? {}, parts.annotations ?? {}, parts.callerLabels),
    ...(description && { description }),
    executor: settings.executor,
    site: siteFor(cluster, settings),
    storage: storageFor(spec, plank),
    timeouts: timeoutsFor(spec, plank),
    maxRevivals: plank.max_revivals,
    limits: {
      ...(queueCapacity !== undefined && { queueCapacity }),
      ...(plank.max_concurrency > 0 && { global: plank.max_concurrency }),
    },
    ...(retry && { retry }),
    ...(settings.tot && { tot: true }),
    generation: config.generation,
  };
}

/** A job on a cluster that nobody serves would wait for ever; where it goes instead it is refused (spec 5.1). */
function siteFor(cluster: string, { executor, clusters }: InputSettings): string {
  if (executor !== 'kubernetes') return localSite;
  return clusters && !clusters.includes(cluster) ? unservedSite : cluster;
}

export function inputForPeriodic(periodic: Periodic, config: ConfigPart, settings: InputSettings): ProwJobInput {
  const retry = retryPolicy(periodic);
  return inputForProwJob(
    { spec: prowJobSpecForPeriodic(periodic), ...metadataOf(periodic), ...(retry && { retry }) },
    config,
    settings,
  );
}

/** Labels and annotations as the job's author wrote them. */
export function metadataOf(job: JobBase): Pick<ProwJobParts, 'labels' | 'annotations'> {
  return {
    ...(job.labels && { labels: job.labels }),
    ...(job.annotations && { annotations: job.annotations }),
  };
}

function retryPolicy({ retry }: Periodic): RetryPolicy | undefined {
  if (!retry?.interval || !retry.attempts) return undefined;
  return {
    attempts: Math.min(retry.attempts, maxRetryAttempts),
    intervalMs: durationMs(retry.interval),
    runAll: retry.run_all ?? false,
  };
}

/** The job's own storage, else that of the default decoration for its repo and cluster (spec 6.3), else the installation's. */
function storageFor(spec: ProwJobSpec, plank: Plank): GcsConfiguration {
  const own = spec.decoration_config?.gcs_configuration;
  if (own?.bucket) return own;
  const refs = mainRefs(spec);
  const repo = refs ? `${refs.org}/${refs.repo}` : '';
  const fallback = defaultDecoration(plank.default_decoration_config_entries, repo, spec.cluster || 'default');
  return fallback?.gcs_configuration?.bucket ? fallback.gcs_configuration : installationStorage;
}

/** The job's own timeouts over plank's (spec 5.4). */
export function timeoutsFor(
  { decoration_config: own }: Pick<ProwJobSpec, 'decoration_config'>,
  plank: Pick<Plank, 'pod_pending_timeout' | 'pod_running_timeout' | 'pod_unscheduled_timeout'>,
): ProwJobInput['timeouts'] {
  return {
    pendingMs: durationMs(own?.pod_pending_timeout ?? plank.pod_pending_timeout),
    runningMs: durationMs(own?.pod_running_timeout ?? plank.pod_running_timeout),
    unscheduledMs: durationMs(own?.pod_unscheduled_timeout ?? plank.pod_unscheduled_timeout),
  };
}
