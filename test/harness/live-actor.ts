/** An actor under test: started as the gateway starts it, by its first events, in a world of stand-ins. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { JobChanged } from '../../domain/prowjob-input.ts';
import { actorId, type ActorTarget } from '../../domain/review/actor-target.ts';
import type { ActorState } from '../../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import type { Explanation } from '../../domain/review/explanation.ts';
import { queries, signals, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { createActorWorld, worldHost, type ActorWorld, type WorldAnswers } from '../fakes/actor-world.ts';
import { eventually } from './eventually.ts';
import type { ActivitiesByQueue, TestEnvironment } from './time-skipping.ts';

export interface LiveActor extends ActorWorld {
  target: ActorTarget;
  handle: WorkflowHandle;
  /** Hands events over as the gateway does; starts the actor where none is running. */
  send(...envelopes: ChangeEventEnvelope[]): Promise<void>;
  /** Any argument, well-formed or not. */
  sendRaw(signal: keyof typeof signals, ...args: unknown[]): Promise<void>;
  /** A job tells of itself. */
  tell(change: JobChanged): Promise<void>;
  state(): Promise<ActorState>;
  explain(): Promise<Explanation>;
  /** Waits until so many events have been handled, and nothing is being done. */
  handled(count: number): Promise<void>;
  events(): Promise<HistoryEvents>;
  /** Summaries of its activities and timers, in order. */
  summaries(): Promise<string[]>;
}

const queryMs = 3_000;
const maxQueries = 6;
const quietMs = 300;

type HistoryEvents = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;

export interface LiveOptions {
  /** A pull of a repository of its own where nothing is said. */
  kind?: ActorTarget['kind'];
  /** State to begin with, as if an earlier run had carried it over. */
  carried?: ActorState;
  /** Lets activities go that the test keeps waiting: while workers are busy, time does not pass. */
  release?: () => void;
  /** Activities of other workflows that the same workers serve. */
  beside?: ActivitiesByQueue;
}

/** Activities of several worlds, for the same workers. */
export function together(...worlds: ActivitiesByQueue[]): ActivitiesByQueue {
  const all: ActivitiesByQueue = {};
  for (const world of worlds) {
    for (const [queue, activities] of Object.entries(world)) all[queue] = { ...all[queue], ...activities };
  }
  return all;
}

export async function withActor(
  env: TestEnvironment,
  answers: Partial<WorldAnswers>,
  work: (actor: LiveActor) => Promise<void>,
  { kind = 'change', carried, release, beside = {} }: LiveOptions = {},
): Promise<void> {
  const world = createActorWorld(answers);
  const name = { host: worldHost, org: 'acme', repo: `app-${randomUUID()}` };
  const target: ActorTarget = kind === 'change' ? { kind, ...name, number: 7 } : { kind, ...name };
  const workflowId = actorId(target);
  const handle = env.client.workflow.getHandle(workflowId);
  const send = async (argument: unknown) => {
    await env.client.workflow.signalWithStart(kind === 'change' ? workflowTypes.changeActor : workflowTypes.repoActor, {
      workflowId,
      taskQueue: taskQueues.actors,
      args: carried ? [target, carried] : [target],
      signal: signals.changeEventReceived,
      signalArgs: [argument],
    });
  };

  /**
   * The server forgets queries that come with a task of the workflow, and the task as well, which it repeats after ten seconds: so
   * workers are given the time to be idle first, unless the test keeps one waiting.
   */
  const ask = async <T>(query: keyof typeof queries): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      await Promise.race([env.pass(0).catch(() => undefined), sleep(quietMs)]);
      try {
        return await env.client.withDeadline(Date.now() + queryMs, () => handle.query<T>(queries[query]));
      } catch (error) {
        if (attempt === maxQueries) throw error;
      }
    }
  };

  const actor: LiveActor = {
    ...world,
    target,
    handle,
    send: (...envelopes) => send(envelopes),
    sendRaw: (signal, ...args) => handle.signal(signals[signal], ...args),
    tell: (change) => handle.signal(signals.jobChanged, change),
    state: () => ask('state'),
    explain: () => ask('explain'),
    async handled(count) {
      await eventually(
        async () => {
          const { handled, doing } = await actor.explain();
          return handled >= count && doing === undefined;
        },
        `${count} events have been handled`,
        { intervalMs: 150 },
      );
    },
    async events() {
      return (await handle.fetchHistory()).events ?? [];
    },
    async summaries() {
      return (await actor.events()).flatMap(({ userMetadata }) => {
        const data = userMetadata?.summary?.data;
        return data ? [JSON.parse(Buffer.from(data).toString()) as string] : [];
      });
    },
  };
  await env.withWorkers(together(beside, world.activities), async () => {
    try {
      await work(actor);
    } finally {
      release?.();
      await env.terminateAll([workflowId]);
    }
  });
}
