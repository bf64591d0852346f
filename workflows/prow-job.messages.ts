/**
 * Messages of the workflow `prowJob`. Names are wire format (`domain/wire.ts`).
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ProwJob } from '../domain/prowjob.ts';
import { queries, signals, updates } from '../domain/wire.ts';

export interface AbortRequest {
  by?: string;
  reason?: string;
}

/** Aborts an incomplete job; answered as soon as the state is `aborted`, before the run has ended. */
export const abort = defineUpdate<ProwJob['status'], [AbortRequest | undefined]>(updates.abort);
/** The complete ProwJob object as it stands. */
export const state = defineQuery<ProwJob>(queries.state);
/** A limiter grants a slot; the argument is the limiter's workflow id. */
export const slotGranted = defineSignal<[string]>(signals.slotGranted);
