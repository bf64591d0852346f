/** ProwJobs for the tests beside this file. */
import type { DecorationConfig, PodSpec, Refs } from '../../domain/job-config.ts';
import { labelsAndAnnotations } from '../../domain/labels.ts';
import type { ProwJob, ProwJobSpec } from '../../domain/prowjob.ts';

export const buildId = '1900000000000005000';

export const refs: Refs = {
  org: 'org',
  repo: 'repo',
  base_ref: 'main',
  base_sha: 'b'.repeat(40),
  pulls: [{ number: 7, author: 'alice', sha: '1'.repeat(40) }],
};

/** Complete, and with nothing that is optional. */
export const decoration: DecorationConfig = {
  utility_images: {
    clonerefs: 'clonerefs:1',
    initupload: 'initupload:1',
    entrypoint: 'entrypoint:1',
    sidecar: 'sidecar:1',
  },
  gcs_configuration: { bucket: 'gs://bkt', path_strategy: 'explicit' },
};

export function presubmit(podSpec: PodSpec, more: Partial<ProwJobSpec> = {}): ProwJob {
  return prowJobOf({ type: 'presubmit', context: 'unit', refs, pod_spec: podSpec, ...more });
}

export function periodic(podSpec: PodSpec, more: Partial<ProwJobSpec> = {}): ProwJob {
  return prowJobOf({ type: 'periodic', pod_spec: podSpec, ...more });
}

/** A presubmit with one container and the decoration above, changed as given. */
export function decorated(change: DecorationConfig = {}, more: Partial<ProwJobSpec> = {}): ProwJob {
  const podSpec = { containers: [{ image: 'img:1', command: ['run'], args: ['--x'] }] };
  return presubmit(podSpec, { decoration_config: { ...decoration, ...change }, ...more });
}

function prowJobOf(given: Omit<ProwJobSpec, 'job' | 'agent'>): ProwJob {
  const spec: ProwJobSpec = { job: 'unit', agent: 'kubernetes', ...given };
  return {
    apiVersion: 'prow.k8s.io/v1',
    kind: 'ProwJob',
    metadata: {
      name: '00000005-0000-4000-8000-000000000000',
      namespace: 'default',
      creationTimestamp: '2026-08-22T10:00:00Z',
      ...labelsAndAnnotations(spec, {}, {}),
    },
    spec,
    status: { startTime: '2026-08-22T10:00:00Z', state: 'triggered' },
  };
}
