/**
 * Brings schedules and periodic loops in line with the configuration: idempotent, in bulk, resumable after a crash
 * (temporal.md 3.2). Listing lags about a second, so a second run must be, and is, harmless.
 */
import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { durationMs } from '../domain/duration.ts';
import type { Periodic } from '../domain/job-config.ts';
import type { LoadedConfig, Sinker } from '../domain/main-config.ts';
import type { ProwJobInput } from '../domain/prowjob-input.ts';
import type { CompiledPeriodic } from '../domain/schedule.ts';
import { planSchedules, type Planned } from '../domain/schedule-plan.ts';
import { compilePeriodic } from '../rules/compile-periodic.ts';
import { inputForPeriodic, type InputSettings } from '../rules/prowjob-input.ts';
import { createLoopTarget } from './schedules/loop-target.ts';
import { syncMaintenance } from './schedules/maintenance.ts';
import { createScheduleTarget } from './schedules/schedule-target.ts';

/** One periodic, compiled to what the server is to hold. */
export interface DesiredPeriodic<K extends CompiledPeriodic = CompiledPeriodic> {
  job: string;
  /** Over everything that matters to the server; equal hash, nothing to do. */
  hash: string;
  /** What starts it, as written: `interval: 10m`. */
  schedule: string;
  compiled: K;
  input: ProwJobInput;
}

/** Where periodics of one kind live on the server. */
export interface PeriodicTarget<K extends CompiledPeriodic = CompiledPeriodic> {
  list(): Promise<Map<string, string | undefined>>;
  /** `spreadFirstRun`: many are new at once, so the first run is not due now but within ten minutes. */
  create(desired: DesiredPeriodic<K>, options: { spreadFirstRun: boolean }): Promise<void>;
  update(desired: DesiredPeriodic<K>): Promise<void>;
  delete(job: string): Promise<void>;
}

export interface SyncRequest {
  /** Delete even where the configuration looks broken (nothing left, or more than a quarter gone). */
  allowDeletes?: boolean;
}

export interface SyncResult {
  generation: string;
  created: number;
  updated: number;
  deleted: number;
  unchanged: number;
  heldBack?: { jobs: string[]; reason: string };
  /** Periodics that the server refused, with its words. */
  failed: { job: string; reason: string }[];
}

export interface ScheduleActivities {
  syncSchedules(request: SyncRequest): Promise<SyncResult>;
}

export interface ScheduleDeps {
  client: Client;
  config(): LoadedConfig;
  settings: InputSettings;
  /** How long the server keeps ended workflows (architecture.md 3.4). A server that has its own mind about it is no obstacle. */
  setRetention(ageMs: number): Promise<void>;
  /** Names of the code hosts. Default: none, and nothing is scheduled for them. */
  hosts?(): readonly string[];
  /** Webhooks are fetched from the hosts' logs, so that none has to be asked for again. Default false. */
  pollsDeliveries?: boolean;
  logger: Logger;
}

/** Calls under way at once: more do not go faster on one server. */
const parallel = 20;
/** Up to so many new periodics run at once on first sight (architecture.md 3.6); more are spread. */
const runAtOnce = 20;
/** The note must fit a history payload comfortably. */
const maxListed = 50;

export function createScheduleActivities(deps: ScheduleDeps): ScheduleActivities {
  return {
    async syncSchedules({ allowDeletes = false }) {
      const config = deps.config();
      const desired = config.periodics.map((job) => desire(job, config, deps.settings));
      const results = await Promise.all([
        reconcile(createScheduleTarget(deps.client), desired.filter(isKind('schedule')), allowDeletes),
        reconcile(createLoopTarget(deps.client), desired.filter(isKind('loop')), allowDeletes),
      ]);
      const result = combine(config.generation, results);
      await syncUpkeep(deps, config.main.sinker);
      deps.logger.info(result, 'Schedules reconciled');
      return result;
    },
  };
}

/** Ended ProwJobs are kept as long as the configuration of the moment says: by the server, and by the sweep. Hosts are watched. */
async function syncUpkeep(deps: ScheduleDeps, sinker: Sinker): Promise<void> {
  await syncMaintenance(deps.client, {
    sweepEveryMs: durationMs(sinker.resync_period),
    hosts: deps.hosts?.() ?? [],
    webhooks: !(deps.pollsDeliveries ?? false),
  });
  try {
    await deps.setRetention(durationMs(sinker.max_prowjob_age));
  } catch (err) {
    deps.logger.warn({ err }, 'The retention of ended workflows cannot be set');
  }
}

function desire(periodic: Periodic, config: LoadedConfig, settings: InputSettings): DesiredPeriodic {
  const compiled = compilePeriodic(periodic);
  const input = inputForPeriodic(periodic, config, settings);
  // The generation changes with every edit of any file, and must not touch the schedules of jobs that stayed the same.
  const hashed = JSON.stringify({ compiled, input: { ...input, generation: '' } });
  return {
    job: periodic.name,
    hash: createHash('sha256').update(hashed).digest('hex').slice(0, 32),
    schedule: compiled.description,
    compiled,
    input,
  };
}

function isKind<K extends CompiledPeriodic['kind']>(kind: K) {
  return (desired: DesiredPeriodic): desired is DesiredPeriodic<Extract<CompiledPeriodic, { kind: K }>> =>
    desired.compiled.kind === kind;
}

type Reconciled = Pick<SyncResult, 'created' | 'updated' | 'deleted' | 'unchanged' | 'heldBack' | 'failed'>;

async function reconcile<K extends CompiledPeriodic>(
  target: PeriodicTarget<K>,
  desired: DesiredPeriodic<K>[],
  allowDeletes: boolean,
): Promise<Reconciled> {
  const plan: Planned<DesiredPeriodic<K>> = planSchedules(desired, await target.list(), { allowDeletes });
  const failed: SyncResult['failed'] = [];
  const spreadFirstRun = plan.create.length > runAtOnce;
  const steps = [
    ...plan.create.map((item) => ({ job: item.job, run: () => target.create(item, { spreadFirstRun }) })),
    ...plan.update.map((item) => ({ job: item.job, run: () => target.update(item) })),
    ...plan.delete.map((job) => ({ job, run: () => target.delete(job) })),
  ];
  let next = 0;
  const work = async () => {
    for (let step = steps[next++]; step; step = steps[next++]) {
      Context.current().heartbeat({ done: next, of: steps.length });
      try {
        await step.run();
      } catch (error) {
        if (isTransient(error)) throw error;
        failed.push({ job: step.job, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, steps.length) }, work));
  const { unchanged, heldBack } = plan;
  return {
    created: plan.create.length,
    updated: plan.update.length,
    deleted: plan.delete.length,
    unchanged,
    failed,
    ...(heldBack && { heldBack }),
  };
}

/** gRPC codes after which the same call may succeed: the activity is retried as a whole. */
const transientCodes = new Set([1, 4, 8, 10, 13, 14]);

function isTransient(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'number') return transientCodes.has(cause.code);
  }
  return false;
}

function combine(generation: string, results: Reconciled[]): SyncResult {
  const sum = (key: 'created' | 'updated' | 'deleted' | 'unchanged') =>
    results.reduce((total, result) => total + result[key], 0);
  const held = results.flatMap(({ heldBack }) => (heldBack ? [heldBack] : []));
  return {
    generation,
    created: sum('created'),
    updated: sum('updated'),
    deleted: sum('deleted'),
    unchanged: sum('unchanged'),
    failed: results.flatMap(({ failed }) => failed).slice(0, maxListed),
    ...(held.length > 0 && {
      heldBack: {
        jobs: held.flatMap(({ jobs }) => jobs).slice(0, maxListed),
        reason: held.map(({ reason }) => reason).join('; '),
      },
    }),
  };
}
