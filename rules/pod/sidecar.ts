/**
 * The container that waits for the test processes and uploads what they leave (spec jobs.md 5.12).
 */
import type { Container, DecorationConfig, VolumeMount } from '../../domain/job-config.ts';
import { censoringOptions } from './censoring.ts';
import type { Wrapper } from './entrypoint.ts';
import { artifactsDir, logsMount } from './mounts.ts';
import type { StorageAccess } from './storage-access.ts';
import { utilityContainer } from './utility-container.ts';

export interface SidecarNeeds {
  access: StorageAccess;
  /** One for each test container, in order. */
  wrappers: readonly Wrapper[];
  /** Of secrets whose values are to be hidden. */
  secrets: readonly VolumeMount[];
  /** The content of `JOB_SPEC`. */
  jobSpec: string;
}

export function sidecar(
  job: string,
  decoration: DecorationConfig,
  { access, wrappers, secrets, jobSpec }: SidecarNeeds,
): Container {
  const options = {
    gcs_options: { items: [artifactsDir], ...access.options },
    entries: wrappers,
    ...(decoration.upload_ignores_interrupts && { ignore_interrupts: true }),
    censoring_options: censoringOptions(decoration, secrets),
  };
  return utilityContainer(job, 'sidecar', decoration, {
    env: { JOB_SPEC: jobSpec, SIDECAR_OPTIONS: JSON.stringify(options) },
    volumeMounts: [logsMount, ...access.credentials.mounts, ...secrets, ...access.output.mounts],
  });
}
