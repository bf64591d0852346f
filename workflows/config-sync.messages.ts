/** Messages of the workflow `configSync`. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { SyncRequest, SyncResult } from '../activities/schedules.ts';
import { queries, signals, updates } from '../domain/wire.ts';

/** A worker has loaded another generation of the configuration. */
export const configChanged = defineSignal<[{ generation: string }]>(signals.configChanged);
/** Reconcile now and answer with what was done; the way to allow many deletions after all. */
export const kick = defineUpdate<SyncResult, [SyncRequest | undefined]>(updates.kick);
/** The last reconcile. */
export const state = defineQuery<{ last?: SyncResult; at?: string }>(queries.state);
