/**
 * What objects ask of jobs: starts and aborts. Both wait for a worker as long as it takes and keep nobody else waiting; what
 * came of them is kept until the object says it. Repeating one is harmless.
 */
import type { Logger } from 'pino';
import type { ProwJob } from '../../../domain/prowjob.ts';
import { metadataForJob, startRequestId, type SeenObject } from '../../../domain/prowjob-objects/object.ts';
import type { StartJobResult } from '../../../domain/start-job.ts';
import { RefusedError, type ProwJobs } from '../../temporal/api.ts';

export interface JobCommands {
  /** Does nothing while a start for the object is under way. */
  start(object: SeenObject, prowJob: ProwJob): void;
  /** What came of the start for this uid; `waiting` also where so many are under way that it has to wait. */
  startOf(uid: string): StartJobResult | RefusedError | 'waiting' | undefined;
  forgetStart(uid: string): void;
  /** Does nothing while an abort of this job is under way. */
  abort(prowJob: string, reason: string, object: string): void;
  /** The job has accepted an abort, or cannot be aborted any more. */
  isAbortAsked(prowJob: string): boolean;
  forgetAbort(prowJob: string): void;
}

export interface JobCommandsOptions {
  prowJobs: Pick<ProwJobs, 'start' | 'abort'>;
  namespace: string;
  logger: Logger;
  /** The object is to be looked at again, now or after some time. */
  again: (object: string, afterMs: number) => void;
}

/** Each holds a call to the Temporal server. */
const maxStarting = 100;
const retryMs = 5_000;

export function createJobCommands({ prowJobs, namespace, logger, again }: JobCommandsOptions): JobCommands {
  const starting = new Set<string>();
  const started = new Map<string, StartJobResult | RefusedError>();
  const aborting = new Set<string>();
  const abortAsked = new Set<string>();

  async function start({ name, uid }: SeenObject, prowJob: ProwJob): Promise<void> {
    const { spec } = prowJob;
    try {
      const result = await prowJobs.start({
        job: spec.job,
        given: { spec },
        ...metadataForJob(prowJob, { namespace, name, uid }),
        requestId: startRequestId(uid),
      });
      logger.info({ prowjob: result.prowJob, job: spec.job, object: name, audit: true }, 'Started by a ProwJob object');
      started.set(uid, result);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) started.set(uid, refusal);
      else logger.warn({ object: name, err: error }, 'A ProwJob object cannot be started now; it is tried again');
    } finally {
      starting.delete(uid);
      again(name, started.has(uid) ? 0 : retryMs);
    }
  }

  async function abort(prowJob: string, reason: string, object: string): Promise<void> {
    try {
      await prowJobs.abort(prowJob, { by: 'Kubernetes', reason });
      logger.info({ prowjob: prowJob, reason, audit: true }, 'Aborted by a ProwJob object');
      abortAsked.add(prowJob);
    } catch (error) {
      // It is over, or somebody else was first: the job itself will say.
      if (error instanceof RefusedError && error.code === 'NotAbortable') abortAsked.add(prowJob);
      else {
        logger.warn({ prowjob: prowJob, err: error }, 'A ProwJob cannot be aborted now; it is tried again');
        again(object, retryMs);
      }
    } finally {
      aborting.delete(prowJob);
    }
  }

  return {
    start(object, prowJob) {
      if (starting.has(object.uid)) return;
      starting.add(object.uid);
      void start(object, prowJob);
    },
    startOf: (uid) => started.get(uid) ?? (starting.has(uid) || starting.size >= maxStarting ? 'waiting' : undefined),
    forgetStart: (uid) => void started.delete(uid),
    abort(prowJob, reason, object) {
      if (aborting.has(prowJob)) return;
      aborting.add(prowJob);
      void abort(prowJob, reason, object);
    },
    isAbortAsked: (prowJob) => abortAsked.has(prowJob),
    forgetAbort: (prowJob) => void abortAsked.delete(prowJob),
  };
}

/** Code of gRPC with which the same start will always be answered: too large a spec, say. */
const invalidArgument = 3;

function refusalOf(error: unknown): RefusedError | undefined {
  if (error instanceof RefusedError) return error;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === invalidArgument) {
      const details = 'details' in cause ? String(cause.details) : cause.message;
      return new RefusedError('SpecInvalid', `Temporal does not take the ProwJob: ${details}`, { cause });
    }
  }
  return undefined;
}
