/**
 * The metrics of a process: one prom-client registry, and ProwJob metrics under the names that Prow's dashboards query
 * (spec jobs.md 5.7).
 */
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

import { mainRefs, type ProwJob } from '../domain/prowjob.ts';

export type { Registry } from 'prom-client';

export interface RegistryOptions {
  /** Adds the process's own figures (memory, CPU, event loop lag). Default true. */
  processMetrics?: boolean;
}

export function createRegistry(options: RegistryOptions = {}): Registry {
  const registry = new Registry();
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  return registry;
}

export const prowJobMetricLabels = [
  'job_namespace',
  'job_name',
  'type',
  'state',
  'org',
  'repo',
  'base_ref',
  'cluster',
  'retest',
] as const;
export type ProwJobMetricLabels = Record<(typeof prowJobMetricLabels)[number], string>;

/** The parts of a ProwJob that its metrics need. */
export interface MeasuredProwJob {
  metadata: Pick<ProwJob['metadata'], 'namespace' | 'labels'>;
  spec: Pick<ProwJob['spec'], 'job' | 'type' | 'refs' | 'extra_refs' | 'cluster'>;
  status: Pick<ProwJob['status'], 'state'>;
}

const retestLabel = 'prow.k8s.io/retest';

export function prowJobLabels(prowJob: MeasuredProwJob): ProwJobMetricLabels {
  const { metadata, spec, status } = prowJob;
  const refs = mainRefs(spec);
  return {
    job_namespace: metadata.namespace,
    job_name: spec.job,
    type: spec.type,
    state: status.state,
    org: refs?.org ?? '',
    repo: refs?.repo ?? '',
    base_ref: refs?.base_ref ?? '',
    cluster: spec.cluster ?? '',
    retest: String(metadata.labels[retestLabel] === 'true'),
  };
}

export interface ProwJobMetrics {
  /** Counts one ProwJob that has entered the state it is in. Call once per transition. */
  countTransition(prowJob: MeasuredProwJob): void;
}

export interface ProwJobMetricsOptions {
  /** Asked at each scrape for the ProwJobs that are counted; combinations that no longer occur disappear. Default: none. */
  known?: () => Iterable<MeasuredProwJob>;
}

/** Registers `prowjobs` and `prowjob_state_transitions`; once per registry. */
export function createProwJobMetrics(registry: Registry, { known }: ProwJobMetricsOptions = {}): ProwJobMetrics {
  const current = new Gauge({
    name: 'prowjobs',
    help: 'Number of ProwJobs in the system.',
    labelNames: prowJobMetricLabels,
    registers: [registry],
    collect: () => {
      current.reset();
      for (const prowJob of known?.() ?? []) current.inc(prowJobLabels(prowJob));
    },
  });
  const transitions = new Counter({
    name: 'prowjob_state_transitions',
    help: 'Number of ProwJobs that have changed their state.',
    labelNames: prowJobMetricLabels,
    registers: [registry],
  });
  return {
    countTransition: (prowJob) => transitions.inc(prowJobLabels(prowJob)),
  };
}

export interface ClusterMetrics {
  /** The build cluster is watched, or cannot be reached. */
  setConnected(cluster: string, connected: boolean): void;
}

export function createClusterMetrics(registry: Registry): ClusterMetrics {
  const gauge = new Gauge({
    name: 'bowsprit_build_cluster_connected',
    help: 'Whether the pods of the build cluster are watched (1) or it cannot be reached (0).',
    labelNames: ['cluster'],
    registers: [registry],
  });
  return { setConnected: (cluster, connected) => gauge.set({ cluster }, connected ? 1 : 0) };
}
