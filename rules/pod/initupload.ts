/**
 * The container that says in storage that a run has started, and ends the run if cloning failed (spec jobs.md 5.11).
 */
import type { Container, DecorationConfig } from '../../domain/job-config.ts';
import { cloneLog, logsMount } from './mounts.ts';
import type { StorageAccess } from './storage-access.ts';
import { utilityContainer } from './utility-container.ts';

export interface InituploadNeeds {
  access: StorageAccess;
  /** Something is cloned, so there is a record of it to upload. */
  cloned: boolean;
  /** The content of `JOB_SPEC`. */
  jobSpec: string;
}

export function initupload(
  job: string,
  decoration: DecorationConfig,
  { access, cloned, jobSpec }: InituploadNeeds,
): Container {
  const options = { ...access.options, ...(cloned && { log: cloneLog }) };
  return utilityContainer(job, 'initupload', decoration, {
    env: { INITUPLOAD_OPTIONS: JSON.stringify(options), JOB_SPEC: jobSpec },
    volumeMounts: [...(cloned ? [logsMount] : []), ...access.credentials.mounts, ...access.output.mounts],
  });
}
