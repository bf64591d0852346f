/**
 * Evaluates a case of `labels.json` (golden data, jobs/README.md): labels and annotations of a ProwJob and of its pod.
 */
import { labelsAfterPod, labelsAndAnnotations, podMetadata } from '../../domain/labels.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import type { Evaluation } from './decode.ts';
import { sameGolden } from './same.ts';

type Texts = Record<string, string>;

export interface LabelsCase {
  input: {
    id: string;
    note?: string;
    spec: ProwJobSpec;
    /** Those of job and caller together. */
    labels?: Texts;
    annotations?: Texts;
    name: string;
    buildId: string;
  };
  prowJob: { labels: Texts; annotations: Texts };
  pod: { labels: Texts; annotations: Texts };
  prowJobLabelsAfterPod: Texts;
}

export function evaluateLabelsCase(labelsCase: LabelsCase): Evaluation {
  const { input, ...golden } = labelsCase;
  const { spec, name, buildId } = input;
  const prowJob = labelsAndAnnotations(spec, input.labels ?? {}, input.annotations ?? {});
  const built = {
    metadata: { name, namespace: '', creationTimestamp: '', ...prowJob },
    spec,
    status: { startTime: '', state: 'triggered' as const, build_id: buildId },
  };
  const ours = { prowJob, pod: podMetadata(built), prowJobLabelsAfterPod: labelsAfterPod(built) };
  // An empty label and no label are different things, so the values are compared as tagged texts.
  return { ours, golden, equal: sameGolden(tagged(ours), tagged(golden)) };
}

/** Every text with a mark in front, so that none counts as absent. */
function tagged(value: unknown): unknown {
  if (typeof value === 'string') return `=${value}`;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, tagged(part)]));
}
