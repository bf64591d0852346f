/** The few things that are kept in memory of a watched pod, from a few hundred to a thousand bytes each. */
import {
  buildIdLabel,
  disruptionCondition,
  prowJobNameLabel,
  type ContainerStatusFacts,
  type PodFacts,
} from '../../domain/plank/pod-facts.ts';
import type { ContainerStatus, Pod } from './api-types.ts';

export function podFacts({ metadata, spec, status }: Pod): PodFacts {
  return {
    metadata: {
      name: metadata.name,
      uid: metadata.uid,
      creationTimestamp: metadata.creationTimestamp,
      deletionTimestamp: metadata.deletionTimestamp,
      labels: keptLabels(metadata.labels),
      finalizers: metadata.finalizers,
    },
    // Only what the build id is found by where the label is missing.
    spec: metadata.labels?.[buildIdLabel] ? undefined : { containers: spec?.containers.slice(0, 1).map(buildIdOnly) },
    status: status && {
      phase: status.phase,
      reason: status.reason,
      startTime: status.startTime,
      conditions: status.conditions?.filter(({ type }) => type === disruptionCondition),
      containerStatuses: status.containerStatuses?.map(statusFacts),
      initContainerStatuses: status.initContainerStatuses?.map(statusFacts),
    },
  };
}

const labelsKept = new Set(['created-by-prow', buildIdLabel, prowJobNameLabel]);

function keptLabels(labels: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => labelsKept.has(name)));
}

function buildIdOnly({ env }: { env?: { name: string; value?: string }[] }) {
  return { env: env?.filter(({ name }) => name === 'BUILD_ID') };
}

function statusFacts({ name, state }: ContainerStatus): ContainerStatusFacts {
  const ending = state?.terminated;
  return {
    name,
    state: ending && {
      terminated: { exitCode: ending.exitCode, reason: ending.reason, finishedAt: ending.finishedAt },
    },
  };
}

/** Whether a pod is that of a ProwJob, and not one that somebody else gave the same name. */
export function isPodOf({ metadata }: PodFacts, prowJobName: string): boolean {
  const labels = metadata.labels ?? {};
  return labels['created-by-prow'] === 'true' && (labels[prowJobNameLabel] ?? metadata.name) === prowJobName;
}

/** Whether nothing more will happen in the pod. */
export function isPodFinished({ status }: PodFacts): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
