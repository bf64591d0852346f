/**
 * A pod as the Kubernetes API takes it, as far as we make one (spec jobs.md 5.9). The namespace is the executor's.
 */
import type { PodSpec } from './job-config.ts';

export interface PodMetadata {
  /** The name of the ProwJob. */
  name: string;
  namespace?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface Pod {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: PodMetadata;
  spec: PodSpec;
}
