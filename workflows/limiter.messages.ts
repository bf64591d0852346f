/**
 * Messages of the workflow `limiter`, one per limit (architecture.md 3.7), and of its talk with the jobs.
 *
 * A job asks (`slotRequested`, again and again while it waits), the limiter grants (`slotGranted`), the job gives back or
 * gives up (`slotReleased`). All are idempotent and may come late or twice: `round` tells one attempt of a job from the next.
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { SlotRequest } from '../domain/jobs/limits.ts';
import { queries, signals } from '../domain/wire.ts';

/** One job in the line or in possession of a slot. */
export interface SlotRound extends SlotRequest {
  /** Grows with each attempt of a job to get this slot. A message about an older round than the known one is ignored. */
  round: number;
}

export interface SlotHolder extends SlotRound {
  /** When the slot was granted, or the holder last seen alive (ms). */
  seenAt: number;
}

export interface SlotWaiter extends SlotRound {
  /** When the job last asked (ms): one that has stopped asking is dropped. */
  seenAt: number;
}

export interface SlotRelease {
  workflowId: string;
  round: number;
}

/** Argument of the workflow; all but `v` is what an earlier run carried over. */
export interface LimiterInput {
  v: 1;
  /** Capacity of a queue or of the installation, and since when it is known (ms). */
  capacity?: { value: number; since: number };
  holders?: SlotHolder[];
  waiting?: SlotWaiter[];
}

export interface LimiterState {
  key: string;
  /** Absent for limits per job, where each job brings its own. */
  capacity?: number;
  holders: { workflowId: string; createdAt: number; seenAt: number }[];
  /** In the order in which they are served. */
  waiting: { workflowId: string; createdAt: number; capacity: number }[];
}

export const slotRequested = defineSignal<[SlotRound]>(signals.slotRequested);
export const slotReleased = defineSignal<[SlotRelease]>(signals.slotReleased);
/** A new capacity of a queue or of the installation; negative = no limit. Limits per job ignore it: theirs are frozen. */
export const configChanged = defineSignal<[{ capacity: number }]>(signals.configChanged);
export const state = defineQuery<LimiterState>(queries.state);
