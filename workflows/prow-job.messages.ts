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
/** The limiter with this workflow id has given the job a slot, for this round. */
export const slotGranted = defineSignal<[key: string, round: number]>(signals.slotGranted);
/** The complete ProwJob object as it stands. */
export const state = defineQuery<ProwJob>(queries.state);
