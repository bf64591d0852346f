/** Labels and annotations of jobs (spec jobs.md 2.1): Kubernetes takes only certain names and values. */
import type { JobBase } from '../../domain/job-config.ts';
import { isLabelValue } from '../../domain/labels.ts';
import type { Report } from './report.ts';

/** Set by the system itself. */
const reserved = new Set(['created-by-prow', 'prow.k8s.io/type', 'prow.k8s.io/id']);
const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const prefixPart = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function checkMetadata({ labels = {}, annotations = {} }: JobBase, report: Report): void {
  for (const [key, value] of Object.entries(labels)) {
    if (reserved.has(key)) report(`labels.${key}`, 'is set by the system: choose another label');
    if (!isQualifiedName(key)) report(`labels.${key}`, notQualified);
    if (!isLabelValue(value)) {
      report(
        `labels.${key}`,
        'must be at most 63 letters, digits, dashes, underscores and dots, a letter or digit first and last',
      );
    }
  }
  for (const key of Object.keys(annotations)) {
    // Kubernetes lowers the case of annotation names before it looks at them.
    if (!isQualifiedName(key.toLowerCase())) report(`annotations.${key}`, notQualified);
  }
}

const notQualified =
  'is no valid name: at most 63 letters, digits, dashes, underscores and dots, a letter or digit first and last, with an optional DNS name and a slash before it';

export function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  if (parts.length > 2) return false;
  const [first = '', second] = parts;
  const name = second ?? first;
  if (second !== undefined && (first.length > 253 || !prefixPart.test(first))) return false;
  return name.length <= 63 && namePart.test(name);
}
