/**
 * Labels and annotations of ProwJobs and their pods (spec jobs.md 4.2).
 *
 * Labels are for selecting and may be shortened or dropped; the annotations keep the full values.
 */
import { mainRefs, type ProwJob, type ProwJobSpec } from './prowjob.ts';

export const labelKeys = {
  createdByProw: 'created-by-prow',
  type: 'prow.k8s.io/type',
  job: 'prow.k8s.io/job',
  context: 'prow.k8s.io/context',
  org: 'prow.k8s.io/refs.org',
  repo: 'prow.k8s.io/refs.repo',
  baseRef: 'prow.k8s.io/refs.base_ref',
  pull: 'prow.k8s.io/refs.pull',
  id: 'prow.k8s.io/id',
  buildId: 'prow.k8s.io/build-id',
  plankVersion: 'prow.k8s.io/plank-version',
  isOptional: 'prow.k8s.io/is-optional',
  retest: 'prow.k8s.io/retest',
  reRun: 'prow.k8s.io/re-run',
  eventGuid: 'event-GUID',
  createdByTide: 'created-by-tide',
} as const;

export interface Metadata {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** The job's own labels override the automatic ones, and the caller's those; sanitising comes last. */
export function labelsAndAnnotations(
  spec: ProwJobSpec,
  jobLabels: Readonly<Record<string, string>>,
  jobAnnotations: Readonly<Record<string, string>>,
  callerLabels: Readonly<Record<string, string>> = {},
): Metadata {
  const context = spec.context ?? '';
  const refs = mainRefs(spec);
  const pull = refs?.pulls?.[0];
  const labels: Record<string, string> = {
    [labelKeys.createdByProw]: 'true',
    [labelKeys.type]: spec.type,
    [labelKeys.job]: shortened(spec.job),
    [labelKeys.context]: shortened(context),
    ...(refs && {
      [labelKeys.org]: refs.org,
      [labelKeys.repo]: refs.repo,
      [labelKeys.baseRef]: refs.base_ref ?? '',
    }),
    ...(pull && { [labelKeys.pull]: String(pull.number) }),
    ...jobLabels,
    ...callerLabels,
  };
  return {
    labels: sanitised(labels),
    annotations: { [labelKeys.job]: spec.job, [labelKeys.context]: context, ...jobAnnotations },
  };
}

/** What the pod of a ProwJob carries; its build id is that of the status. The version is that of who creates the pod. */
export function podMetadata(job: Pick<ProwJob, 'metadata' | 'spec' | 'status'>, plankVersion?: string): Metadata {
  const version = plankVersion === undefined ? {} : { [labelKeys.plankVersion]: plankVersion };
  return labelsAndAnnotations(job.spec, labelsAfterPod(job), job.metadata.annotations, version);
}

/** The ProwJob's own labels once its pod was built: Prow persists the two ids with the next status write. */
export function labelsAfterPod({ metadata, status }: Pick<ProwJob, 'metadata' | 'status'>): Record<string, string> {
  return { ...metadata.labels, [labelKeys.id]: metadata.name, [labelKeys.buildId]: status.build_id ?? '' };
}

const maxLabelLength = 63;
const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Whether Kubernetes accepts the text as the value of a label. */
export function isLabelValue(value: string): boolean {
  return labelValue.test(value);
}

function shortened(value: string): string {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length <= maxLabelLength) return value;
  return new TextDecoder().decode(bytes.subarray(0, maxLabelLength)).replace(/[._-]+$/, '');
}

/** A value that is no label value is replaced by its last path element, or dropped. */
function sanitised(labels: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels)) {
    const fitting = isLabelValue(value) ? value : lastPathElement(value);
    if (isLabelValue(fitting)) result[key] = fitting;
  }
  return result;
}

/** Of nothing but slashes: a slash, which is no label value. */
function lastPathElement(value: string): string {
  const path = value.replace(/\/+$/, '');
  return path === '' ? '/' : path.slice(path.lastIndexOf('/') + 1);
}
