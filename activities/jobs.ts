/**
 * Starting ProwJobs: resolve a configured job into a complete input, start its workflow.
 */
import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { BlobStore } from '../domain/blob-store.ts';
import type { LoadedConfig } from '../domain/main-config.ts';
import type { ProwJobInput } from '../domain/prowjob-input.ts';
import { actorId } from '../domain/review/actor-target.ts';
import type { StartJobRequest, StartJobResult } from '../domain/start-job.ts';
import { actorOfJob } from '../rules/actor-of-job.ts';
import type { InputSettings } from '../rules/prowjob-input.ts';
import { JobResolutionError, resolveJob } from '../rules/resolve-job.ts';
import { findRecord } from './find-record.ts';
import { startProwJob, type StartProwJobRequest } from './start-prowjob.ts';

export interface JobActivities {
  /** The complete input for a request; fails with `JobNotFound`, `ConfigInvalid`, `SpecInvalid` or `MessageInvalid`. */
  resolveJob(request: StartJobRequest): Promise<ProwJobInput>;
  /** Starts the workflow, or finds that this very start has happened before. */
  startProwJob(request: StartProwJobRequest): Promise<StartJobResult>;
}

export interface JobDeps {
  client: Client;
  blobs: BlobStore;
  config(): LoadedConfig;
  settings: InputSettings;
  /** Name of the code host, whose actors are told of jobs of their changes and pushes. Default: there is none. */
  hostName?: string;
}

export function createJobActivities(deps: JobDeps): JobActivities {
  return {
    async resolveJob(request) {
      const previous = request.rerun && (await findRecord(deps.client, deps.blobs, request.rerun.prowJob));
      if (request.rerun && !previous) {
        throw ApplicationFailure.nonRetryable(`No ProwJob named ${request.rerun.prowJob} is known.`, 'JobNotFound');
      }
      try {
        const input = resolveJob(request, { config: deps.config(), settings: deps.settings, previous });
        // Whoever starts it: its change shows it, reports it, and ends an older run of the same.
        const actor = deps.hostName === undefined ? undefined : actorOfJob(input.spec, deps.hostName);
        return actor ? { ...input, listeners: [{ workflowId: actorId(actor) }] } : input;
      } catch (error) {
        if (error instanceof JobResolutionError) throw ApplicationFailure.nonRetryable(error.message, error.type);
        throw error;
      }
    },
    async startProwJob(request) {
      const { prowJob, workflowId, job } = await startProwJob(deps.client, request);
      return { prowJob, workflowId, job };
    },
  };
}
