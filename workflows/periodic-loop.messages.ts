/**
 * Messages of the workflow `periodicLoop`, which runs one periodic with `minimum_interval`. Names are wire format.
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { JobChanged, ProwJobInput } from '../domain/prowjob-input.ts';
import { queries, signals } from '../domain/wire.ts';

export interface PeriodicLoopConfig {
  job: string;
  /** What starts it, as in the configuration: `minimum_interval: 1h`. */
  schedule: string;
  /** From the end of one run to the start of the next. */
  minimumIntervalMs: number;
  run: ProwJobInput;
  configHash?: string;
}

/** Argument of the workflow: the configuration, and what an earlier run carried over. */
export interface PeriodicLoopInput extends PeriodicLoopConfig {
  v: 1;
  paused?: boolean;
  /** Why it is paused, in the operator's words. */
  note?: string;
  /** Start of the latest run, RFC 3339. */
  lastRun?: string;
  /** End of the latest run (ms); with it the next one is due `minimumIntervalMs` later, without it at once. */
  lastEnd?: number;
  /** Workflow id of the run under way. */
  running?: string;
  /** Retries that the run under way has had. */
  attempt?: number;
  /** An operator wants a run as soon as none is under way. */
  triggered?: boolean;
}

export interface PeriodicLoopState {
  job: string;
  schedule: string;
  paused: boolean;
  note?: string;
  /** RFC 3339; absent while a run is under way or the loop is paused. */
  nextRun?: string;
  lastRun?: string;
  /** 0 or 1. */
  running: number;
}

export const jobChanged = defineSignal<[JobChanged]>(signals.jobChanged);
export const pause = defineSignal<[note?: string]>(signals.pause);
export const resume = defineSignal<[note?: string]>(signals.resume);
/** Run now, also while paused; while a run is under way, as soon as it has ended. */
export const trigger = defineSignal(signals.trigger);
/** Ends the loop. A run under way goes on. */
export const remove = defineSignal(signals.remove);
/** The job as configured now, for the next run; withdraws an earlier `remove`. */
export const configChanged = defineSignal<[PeriodicLoopConfig]>(signals.configChanged);
export const state = defineQuery<PeriodicLoopState>(queries.state);
