/**
 * The world of an actor for tests of workflows: stand-ins for the activities of changes and repositories, typed like the real ones.
 * They record what they are asked and answer as the test says; by default plugins want nothing.
 */
import type { AppliedEffect, ApplyActivities, ApplyRequest } from '../../activities/apply-effects.ts';
import type { LimitActivities } from '../../activities/limits.ts';
import type { Effect } from '../../domain/effects.ts';
import type {
  AbortChangeJobsRequest,
  ChangeJob,
  ChangeJobActivities,
  RecordChangeJobRequest,
  ReportActivities,
  ReportedJobs,
  ReportJobsRequest,
  StartChangeJobsRequest,
  StartedChangeJobs,
} from '../../domain/review/change-jobs.ts';
import type {
  CherryPickActivities,
  CherryPickRequest,
  ForwardActivities,
  ForwardRequest,
} from '../../domain/review/errands.ts';
import type { EvaluateActivities, EvaluateRequest, EventEvaluation } from '../../domain/review/evaluation.ts';
import { briefOf } from '../../domain/review/event-brief.ts';
import type { ResolveActivities, ResolvedEvent, ResolveRequest } from '../../domain/review/resolved-event.ts';
import type { SpreadActivities, SpreadRequest } from '../../domain/review/spread.ts';
import { settleEffects } from '../../domain/settle-effects.ts';
import { taskQueues } from '../../domain/wire.ts';
import { changeJob } from '../fixtures/change-jobs.ts';
import type { ActivitiesByQueue } from '../harness/time-skipping.ts';

/** The host of all tests. */
export const worldHost = 'forge';

/** What the stand-ins answer; each may also wait, or reject. */
export interface WorldAnswers {
  resolve: (request: ResolveRequest) => Answer<ResolvedEvent>;
  evaluate: (request: EvaluateRequest) => Answer<EventEvaluation>;
  apply: (request: ApplyRequest) => Answer<AppliedEffect[]>;
  start: (request: StartChangeJobsRequest) => Answer<StartedChangeJobs>;
  abort: (request: AbortChangeJobsRequest) => Answer<void>;
  report: (request: ReportJobsRequest) => Answer<ReportedJobs>;
  forward: (request: ForwardRequest) => Answer<{ status: number }>;
  cherryPick: (request: CherryPickRequest) => Answer<{ outcomes: readonly string[] }>;
  spread: (request: SpreadRequest) => Answer<readonly number[]>;
  findClosed: LimitActivities['findClosed'];
}
type Answer<T> = T | Promise<T>;

export interface ActorWorld {
  activities: ActivitiesByQueue;
  resolved: ResolveRequest[];
  evaluated: EvaluateRequest[];
  applied: ApplyRequest[];
  started: StartChangeJobsRequest[];
  aborted: AbortChangeJobsRequest[];
  recorded: RecordChangeJobRequest[];
  reported: ReportJobsRequest[];
  forwarded: ForwardRequest[];
  picked: CherryPickRequest[];
  spread: SpreadRequest[];
  /** Names of the activities, in the order in which they were begun. */
  order: string[];
}

/** Jobs as their start answers; a job that was started before has the same name as then. */
export function startedJobs({ envelope, jobs }: StartChangeJobsRequest): ChangeJob[] {
  return jobs.map(({ job }) => {
    const name = `${envelope.delivery}-${job}`;
    return changeJob(job, { name, workflowId: `job:${name}`, startedAt: new Date().toISOString() });
  });
}

/** What plugin `p` wants for the event, as the real evaluation settles it. */
export function wants(
  { envelope }: EvaluateRequest,
  effects: readonly Effect[],
  change: Partial<EventEvaluation> = {},
): EventEvaluation {
  const settled = settleEffects(envelope.delivery, [{ plugin: 'p', effects }]);
  return { effects: settled, failures: [], forwards: [], generation: 'g1', ...change };
}

export function createActorWorld(given: Partial<WorldAnswers> = {}): ActorWorld {
  const answers: WorldAnswers = {
    resolve: ({ envelope }) => ({ envelope, brief: briefOf(envelope) }),
    evaluate: (request) => wants(request, []),
    apply: ({ effects }) => effects.map(({ key }) => ({ key, outcome: 'done' })),
    start: (request) => ({ started: startedJobs(request), refused: [] }),
    abort: () => undefined,
    report: () => ({ refused: [] }),
    forward: () => ({ status: 200 }),
    cherryPick: ({ effect }) => ({ outcomes: effect.picks.map(({ target }) => `${target}: done`) }),
    spread: () => [],
    findClosed: () => Promise.resolve([]),
    ...given,
  };
  const world: Omit<ActorWorld, 'activities'> = {
    resolved: [],
    evaluated: [],
    applied: [],
    started: [],
    aborted: [],
    recorded: [],
    reported: [],
    forwarded: [],
    picked: [],
    spread: [],
    order: [],
  };
  /** Notes the request, then answers. */
  const note = <Q, A>(name: string, list: Q[], answer: (request: Q) => Answer<A>) => {
    return async (request: Q): Promise<A> => {
      world.order.push(name);
      list.push(request);
      return await answer(request);
    };
  };

  const git: ResolveActivities & CherryPickActivities = {
    resolveEvent: note('resolveEvent', world.resolved, (request) => answers.resolve(request)),
    cherryPick: note('cherryPick', world.picked, (request) => answers.cherryPick(request)),
  };
  const plugins: EvaluateActivities & ForwardActivities = {
    evaluateEvent: note('evaluateEvent', world.evaluated, (request) => answers.evaluate(request)),
    forwardEvent: note('forwardEvent', world.forwarded, (request) => answers.forward(request)),
  };
  const host: ApplyActivities & ReportActivities & SpreadActivities = {
    applyEffects: note('applyEffects', world.applied, (request) => answers.apply(request)),
    reportJobs: note('reportJobs', world.reported, (request) => answers.report(request)),
    spreadToChanges: note('spreadToChanges', world.spread, (request) => answers.spread(request)),
  };
  const admin: ChangeJobActivities & Pick<LimitActivities, 'findClosed'> = {
    startChangeJobs: note('startChangeJobs', world.started, (request) => answers.start(request)),
    abortChangeJobs: note('abortChangeJobs', world.aborted, (request) => answers.abort(request)),
    recordChangeJob: note('recordChangeJob', world.recorded, () => undefined),
    findClosed: (workflowIds) => answers.findClosed(workflowIds),
  };
  return {
    ...world,
    activities: {
      [taskQueues.git]: git,
      [taskQueues.plugins]: plugins,
      [taskQueues.host(worldHost)]: host,
      [taskQueues.admin]: admin,
    },
  };
}
