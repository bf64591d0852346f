/**
 * Messages of the workflow `prowJob`. Names are wire format (`domain/wire.ts`).
 */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ProwJob } from '../domain/prowjob.ts';
import { queries, updates } from '../domain/wire.ts';

export interface AbortRequest {
  by?: string;
  reason?: string;
}

/** Aborts an incomplete job; answered as soon as the state is `aborted`, before the run has ended. */
export const abort = defineUpdate<ProwJob['status'], [AbortRequest | undefined]>(updates.abort);
/** The complete ProwJob object as it stands. */
export const state = defineQuery<ProwJob>(queries.state);
