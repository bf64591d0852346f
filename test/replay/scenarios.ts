/**
 * The lives of workflows whose histories are kept: every workflow type, one per branch that matters. Real workflows on the
 * time-skipping server; only the sites where runs happen are stand-ins.
 */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { StartProwJobRequest } from '../../activities/start-prowjob.ts';
import { createLimitActivities } from '../../activities/limits.ts';
import { tellListener } from '../../activities/tell-listener.ts';
import type { Transition } from '../../activities/records.ts';
import type { SyncResult } from '../../activities/schedules.ts';
import type { RunOutcome, RunRequest } from '../../domain/executor.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { isComplete } from '../../domain/prowjob.ts';
import type { ReconcileInput, ReconcileRequest } from '../../domain/review/reconcile-pass.ts';
import type { RedeliverInput, RedeliverRequest } from '../../domain/review/redelivery-pass.ts';
import { emptySwept } from '../../domain/sinker/pass.ts';
import { ids, localSite, signals, taskQueues, updates, workflowTypes } from '../../domain/wire.ts';
import { createActorWorld } from '../fakes/actor-world.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { eventually } from '../harness/eventually.ts';
import { together } from '../harness/live-actor.ts';
import type { ActivitiesByQueue, TestEnvironment } from '../harness/time-skipping.ts';
import { liveActors } from './actor-scenarios.ts';

const minuteMs = 60_000;

/** What the stand-ins do in one scenario. */
interface World {
  /** Starts are recorded by the worker that starts. */
  recordsStart?: boolean;
  /** Ends are recorded by the worker that runs the workflow, or not for this reason. */
  recordsLocally?: true | Error;
  outcomes: RunOutcome[];
  refusal?: ApplicationFailure;
  endless?: boolean;
  heldBack?: boolean;
  recorded: number;
}

export interface Saved {
  type: keyof typeof workflowTypes;
  branch: string;
  workflowId: string;
  /** The latest run where nothing is said. */
  runId?: string;
}

const success: RunOutcome = { kind: 'ended', state: 'success', description: 'Job succeeded.' };
const failure: RunOutcome = { kind: 'ended', state: 'failure', description: 'Job failed.' };

/** Lives all lives; the histories of what it names may then be fetched. */
export async function liveAll(env: TestEnvironment): Promise<Saved[]> {
  const saved: Saved[] = [];
  let world: World = { outcomes: [], recorded: 0 };
  const { client } = env;
  const activities = together(
    createActorWorld().activities,
    standIns(env, () => world),
  );
  const left = new Set<string>();

  const start = async (type: Saved['type'], workflowId: string, args: unknown[]): Promise<WorkflowHandle> => {
    const taskQueue = type === 'prowJob' || type === 'startJob' ? taskQueues.jobs : taskQueues.actors;
    left.add(workflowId);
    return await client.workflow.start(type, { workflowId, taskQueue, args });
  };
  const job = (input: Partial<ProwJobInput> = {}) => start('prowJob', ids.prowJob(randomUUID()), [prowJobInput(input)]);
  const pending = () => eventually(() => world.recorded > 0, 'the job is pending');
  const save = (type: Saved['type'], branch: string, { workflowId }: { workflowId: string }, runId?: string) =>
    void saved.push({ type, branch, workflowId, ...(runId && { runId }) });
  const scenario = async (change: Partial<World>, live: () => Promise<void>) => {
    world = { outcomes: [], recorded: 0, ...change };
    await env.withWorkers(activities, live);
  };
  const ended = async (branch: string, change: Partial<World>, input: Partial<ProwJobInput> = {}) =>
    await scenario(change, async () => {
      const handle = await job(input);
      await env.passUntil(handle.result(), 10_000);
      save('prowJob', branch, handle);
    });

  await ended('success', { outcomes: [success] });
  await ended('recorded-with-its-start', { outcomes: [success], recordsStart: true });
  await ended('recorded-where-it-runs', { outcomes: [success], recordsStart: true, recordsLocally: true });
  await ended('not-recorded-where-it-runs', {
    outcomes: [success],
    recordsStart: true,
    recordsLocally: new Error('no space'),
  });
  await ended('failure', { outcomes: [failure] });
  await ended('refused', {
    refusal: ApplicationFailure.nonRetryable('Pod can not be created: forbidden', 'PodRejected'),
  });
  await ended('tot-build-id', { outcomes: [success] }, { tot: true });
  await ended('revival', { outcomes: [{ kind: 'restart', cause: 'evicted', counted: true }, success] });
  await ended('restart-uncounted', { outcomes: [{ kind: 'restart', cause: 'missing', counted: false }, success] });
  await ended(
    'revivals-used-up',
    { outcomes: [{ kind: 'restart', cause: 'evicted', counted: true }] },
    { maxRevivals: 0 },
  );
  await ended('given-as-ended', {}, { ended: { state: 'success', description: 'Overridden by ann', url: 'u' } });
  await ended('listeners', { outcomes: [success] }, { listeners: [{ workflowId: 'periodic-loop:gone' }] });

  await scenario({ endless: true }, async () => {
    const handle = await job();
    await pending();
    await handle.executeUpdate(updates.abort, { args: [{ by: 'alice' }] });
    await handle.result();
    save('prowJob', 'abort', handle);
  });
  await scenario({ endless: true }, async () => {
    const handle = await job();
    await pending();
    await handle.cancel();
    await handle.result();
    save('prowJob', 'cancel', handle);
  });
  await scenario({ outcomes: [failure, success] }, async () => {
    const handle = await job({ retry: { attempts: 1, intervalMs: 10 * minuteMs, runAll: false } });
    const { runId } = await handle.describe();
    await env.passUntil(handle.result(), minuteMs);
    save('prowJob', 'retry-continues-as-new', handle, runId);
    save('prowJob', 'second-attempt', handle);
  });
  await scenario({ outcomes: [success, success] }, async () => {
    const name = `limited-${randomUUID()}`;
    const spec = { ...prowJobInput().spec, job: name, max_concurrency: 1 };
    const handle = await job({ spec });
    await env.passUntil(handle.result(), 1_000);
    save('prowJob', 'limiter-slot', handle);
    const limiter = client.workflow.getHandle(ids.limitJob(name));
    await env.passUntil(limiter.result(), minuteMs);
    save('limiter', 'granted-and-idle', limiter);
  });
  await scenario({ outcomes: [success] }, async () => {
    const queue = `queue-${randomUUID()}`;
    const spec = { ...prowJobInput().spec, job_queue_name: queue };
    const handle = await job({ spec, limits: { queueCapacity: 0 } });
    const limiter = client.workflow.getHandle(ids.limitQueue(queue));
    await eventually(
      () =>
        limiter.describe().then(
          () => true,
          () => false,
        ),
      'the limiter runs',
    );
    await env.pass(12 * minuteMs);
    await limiter.signal(signals.configChanged, { capacity: 1 });
    await env.passUntil(handle.result(), 1_000);
    save('prowJob', 'asks-again-for-a-slot', handle);
    await env.passUntil(limiter.result(), minuteMs);
    save('limiter', 'blocked-until-capacity-changes', limiter);
  });
  await scenario({}, async () => {
    const limiter = await start('limiter', ids.limitJob(randomUUID()), [{ v: 1 }]);
    const slot = { workflowId: 'gone', createdAt: 1, capacity: 1, round: 1 };
    await limiter.signal(signals.slotRequested, slot);
    await env.passUntil(limiter.result(), minuteMs);
    save('limiter', 'job-gone', limiter);
  });
  await scenario({ outcomes: [success] }, async () => {
    const handle = await start('startJob', ids.startJob(randomUUID()), [{ job: 'echo-test' }]);
    await handle.result();
    save('startJob', 'started', handle);
  });
  await scenario({}, async () => {
    const handle = await start('startJob', ids.startJob(randomUUID()), [{ job: 'unknown' }]);
    await handle.result().catch(() => undefined);
    save('startJob', 'unknown-job', handle);
  });
  await scenario({}, async () => {
    const handle = await start('runLog', `run-log:${randomUUID()}`, [{ site: localSite }]);
    await handle.result();
    save('runLog', 'read', handle);
  });

  await scenario({}, async () => {
    const handle = await start('sinker', `sinker-${randomUUID()}`, [{ sweepRecords: true }]);
    await handle.result();
    save('sinker', 'all-parts', handle);
  });
  await scenario({}, async () => {
    const input: RedeliverInput = { v: 1, hosts: ['forge', 'away'] };
    const handle = await start('redeliver', `redeliver-${randomUUID()}`, [input]);
    await handle.result();
    save('redeliver', 'one-host-away', handle);
  });
  await scenario({}, async () => {
    const input: ReconcileInput = { v: 1, hosts: ['forge', 'away'] };
    const handle = await start('reconcile', `reconcile-${randomUUID()}`, [input]);
    await env.passUntil(handle.result(), minuteMs);
    save('reconcile', 'looks-twice-one-host-away', handle);
  });

  const loop = async (over: object = {}) => {
    const name = `loop-${randomUUID()}`;
    const spec = { ...prowJobInput().spec, job: name };
    const input = {
      v: 1,
      job: name,
      schedule: 'minimum_interval: 1h',
      minimumIntervalMs: 60 * minuteMs,
      run: prowJobInput({ spec }),
      ...over,
    };
    return { input, handle: await start('periodicLoop', ids.periodicLoop(name), [input]) };
  };
  await scenario({ outcomes: [success, success] }, async () => {
    const { handle, input } = await loop();
    const { runId } = await handle.describe();
    await env.pass(5 * minuteMs);
    await handle.signal(signals.configChanged, { ...input, configHash: 'changed', minimumIntervalMs: 30 * minuteMs });
    await env.pass(40 * minuteMs);
    save('periodicLoop', 'run-change-continue-as-new', handle, runId);
    await client.workflow.getHandle(handle.workflowId).signal(signals.remove);
    await env.passUntil(client.workflow.getHandle(handle.workflowId).result(), minuteMs);
    save('periodicLoop', 'removed', handle);
  });
  await scenario({ outcomes: [success] }, async () => {
    const { handle } = await loop({ paused: true });
    await handle.signal(signals.trigger);
    await eventually(() => world.recorded > 1, 'the triggered run has ended');
    await handle.signal(signals.resume);
    await handle.signal(signals.pause, 'under repair');
    await handle.signal(signals.remove);
    await env.passUntil(handle.result(), minuteMs);
    save('periodicLoop', 'pause-trigger-remove', handle);
  });

  await scenario({}, async () => {
    const handle = await start('configSync', `config-sync-${randomUUID()}`, []);
    await handle.signal(signals.configChanged, { generation: 'g1' });
    await handle.executeUpdate(updates.kick, { args: [{ allowDeletes: true }] });
    await env.pass(62 * minuteMs, 10 * minuteMs);
    save('configSync', 'signal-kick-hourly', handle);
  });
  await scenario({ heldBack: true }, async () => {
    const handle = await start('configSync', `config-sync-${randomUUID()}`, []);
    await handle.executeUpdate(updates.kick, { args: [{}] });
    save('configSync', 'held-back', handle);
  });

  await liveActors({ env, activities, save: (type, actor) => void saved.push({ type, ...actor }) });
  return saved;
}

function standIns(env: TestEnvironment, world: () => World): ActivitiesByQueue {
  return {
    [taskQueues.runs(localSite)]: {
      async startRun({ prowJob }: RunRequest) {
        const { refusal, recordsStart, recordsLocally } = world();
        if (refusal) throw refusal;
        const recorded = { url: 'https://deck.example/pending', at: prowJob.status.startTime };
        return {
          buildId: prowJob.status.build_id,
          adopted: false,
          ...(recordsStart && { recorded }),
          ...(recordsLocally && { recordsLocally: true }),
        };
      },
      async endRun() {},
      sweepPods: async () => emptySwept(),
      sweepRunFolders: async () => 2,
      readRunLog: async () => ({ text: 'hello\n', size: 6 }),
    },
    [taskQueues.host('forge')]: {
      redeliverLost: async ({ nowMs }: RedeliverRequest) => ({
        atMs: nowMs,
        sinceMs: nowMs - 10 * minuteMs,
        hooks: 1,
        again: 2,
        waiting: 0,
        lost: 0,
        hidden: 0,
      }),
      reconcileChanges: async ({ repos }: ReconcileRequest) => ({
        repos: 2,
        changes: 9,
        told: { synchronize: 1 },
        young: repos ? [] : ['acme/app'],
        failed: [],
      }),
    },
    [taskQueues.host('away')]: {
      async redeliverLost() {
        throw ApplicationFailure.nonRetryable('The App is suspended.', 'HostAuth');
      },
      async reconcileChanges() {
        throw ApplicationFailure.nonRetryable('The App is suspended.', 'HostAuth');
      },
    },
    [taskQueues.watch(localSite)]: {
      async watchRun() {
        if (world().endless) {
          const context = Context.current();
          const beat = setInterval(() => context.heartbeat(), 50);
          await context.cancelled.finally(() => clearInterval(beat));
        }
        return world().outcomes.shift() ?? success;
      },
    },
    [taskQueues.jobs]: {
      async recordTransition({ prowJob }: Transition) {
        const { recordsLocally } = world();
        if (recordsLocally instanceof Error) throw recordsLocally;
        return { url: `https://deck.example/${prowJob.status.state}` };
      },
    },
    [taskQueues.reports]: {
      async recordTransition({ prowJob, workflowId, listeners }: Transition) {
        world().recorded += 1;
        const { name } = prowJob.metadata;
        const { state } = prowJob.status;
        const change = { name, workflowId, job: prowJob.spec.job, state, complete: isComplete(prowJob) };
        for (const listener of listeners) await tellListener(env.client, listener, change);
        return { url: `https://deck.example/${state}` };
      },
    },
    [taskQueues.admin]: {
      ...createLimitActivities({ client: env.client }),
      vendBuildId: async () => '4711',
      recordForcedEndings: async () => 1,
      async resolveJob({ job }: { job: string }) {
        if (job === 'unknown') throw ApplicationFailure.nonRetryable('No job named unknown.', 'JobNotFound');
        return prowJobInput();
      },
      async startProwJob({ workflowId, input }: StartProwJobRequest) {
        const options = { workflowId, taskQueue: taskQueues.jobs, args: [input] };
        const handle = await env.client.workflow.start(workflowTypes.prowJob, options);
        return { prowJob: handle.firstExecutionRunId, workflowId, job: input.spec.job };
      },
      async syncSchedules(): Promise<SyncResult> {
        const result = { generation: 'g1', created: 1, updated: 0, deleted: 0, unchanged: 2, failed: [] };
        if (!world().heldBack) return result;
        return { ...result, heldBack: { jobs: ['a'], reason: 'the configuration has no periodics at all' } };
      },
      async syncCapacities() {},
      planSinker: async () => ({
        dryRun: false,
        maxProwJobAgeMs: 1,
        maxPodAgeMs: 1,
        terminatedPodTtlMs: 1,
        clusters: [localSite],
        runFolders: true,
      }),
      sweepProwJobs: async () => emptySwept(),
      sweepRecords: async () => emptySwept(),
      async reportPass() {},
    },
  };
}
