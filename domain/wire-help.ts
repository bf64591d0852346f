/**
 * What each name in `wire.ts` is for, and who uses it: docs/reference/wire.md is made from it. Not part of `wire.ts`, because
 * every cached workflow would hold these texts. The compiler refuses a name without help.
 */
import type {
  ids,
  keywordAttributes,
  keywordListAttributes,
  queries,
  signals,
  taskQueues,
  updates,
  workflowTypes,
} from './wire.ts';

export const workflowHelp = {
  prowJob: 'One ProwJob, from `triggered` to its recorded end. Its result is what became of it.',
  startJob: 'Starts a configured job for people and pipelines; answers with name and workflow id of the ProwJob.',
  changeActor: 'One pull request or issue: takes its events in order, evaluates the plugins, applies their effects.',
  repoActor: 'One repository: pushes and what they start; statuses, which it hands to the changes they are about.',
  tideRepo: 'The merge pool of one repository.',
  tideBatch: 'One batch of pull requests that are tested together.',
  limiter: 'The line of one concurrency limit: who holds a slot, who waits.',
  periodicLoop: 'One periodic with `minimum_interval`, which no Temporal Schedule can express.',
  configSync: 'The one writer of schedules: reconciles them with the configuration.',
  sinker: 'One pass of the sweep: removes pods, ProwJobs, records and folders of runs that are too old.',
  redeliver: 'One pass that asks code hosts to send webhooks again that were lost.',
  reconcile:
    'One pass that compares open changes with what their actors know, and tells them what no webhook has; also which ProwJobs were ended by force.',
  runLog:
    "A piece of a running pod's log, read by the worker of its cluster, for who cannot reach the cluster: Deck and `bowsprit job logs`.",
} as const satisfies Record<keyof typeof workflowTypes, string>;

export const signalHelp = {
  changeEventReceived:
    'From the gateway to the actor of a change or repository: a list of events of the code host, in order.',
  jobChanged:
    'From a ProwJob to those who listen to it, a periodic loop or the actor of its change: its state has changed.',
  baseMoved: 'To the merge pool: a base branch has a new head.',
  configChanged:
    'To `configSync`, limiters and periodic loops: there is a new configuration, or a new part of it for them.',
  slotRequested: 'From a ProwJob to a limiter: it wants a slot.',
  slotGranted: 'From a limiter to a ProwJob: it has one.',
  slotReleased: 'From a ProwJob to a limiter: it gives the slot back, or no longer wants one.',
  pause: 'From an operator to a periodic loop: start no more runs. Argument: a note.',
  resume: 'From an operator to a periodic loop: start runs again. Argument: a note.',
  trigger: 'From an operator to a periodic loop: run now, or as soon as the run under way has ended.',
  remove: 'From `configSync` to a periodic loop: its job is no longer configured.',
} as const satisfies Record<keyof typeof signals, string>;

export const updateHelp = {
  abort: 'Ends a ProwJob that has not ended. Argument: `{ "by": "...", "reason": "..." }`. Answers with its status.',
  rerun: 'Starts what ran before once more.',
  kick: 'Reconciles now and answers with what was done. Argument: `{ "allowDeletes": true }` also deletes what was held back.',
} as const satisfies Record<keyof typeof updates, string>;

export const queryHelp = {
  state:
    'The state of the workflow as JSON: the complete ProwJob, the line of a limiter, what an actor knows, the next run.',
  explain: 'What an actor knows, has done and waits for, as data from which a text for people can be made.',
} as const satisfies Record<keyof typeof queries, string>;

/** `served by`: the worker roles that poll the queue. */
export const queueHelp = {
  jobs: { carries: 'Workflows `prowJob` and `startJob`.', role: 'workflows' },
  actors: { carries: 'All other workflows.', role: 'workflows' },
  plugins: { carries: 'Evaluation of plugins, forwards to external ones.', role: 'plugins' },
  git: { carries: 'Mirrors, OWNERS, in-repo configuration, merges.', role: 'git' },
  reports: { carries: 'Records, listeners and reports of ProwJobs.', role: 'reports' },
  admin: { carries: 'Starting jobs, schedules, limits, build ids.', role: 'admin' },
  runs: { carries: 'Starting and ending runs at one execution site; logs of running pods.', role: 'runs' },
  watch: { carries: 'Following runs at one execution site: long, and thousands at once.', role: 'runs' },
  host: { carries: 'Writes to one code host.', role: 'host' },
} as const satisfies Record<keyof typeof taskQueues, { carries: string; role: string | undefined }>;

export const idHelp = {
  prowJob: 'A ProwJob that people, pipelines or events started: a hash, so that a repeated start is the same start.',
  periodicSchedule: 'The Temporal Schedule of a periodic. Its runs are the workflows `periodic:<job>-<time>`.',
  periodicSchedulePrefix: 'What the ids of schedules and of their runs begin with.',
  periodicLoop: 'The loop of a periodic with `minimum_interval`.',
  periodicLoopPrefix: 'What the ids of loops begin with.',
  startJob: 'A request to start a job. The same request id never starts a second job.',
  limitJob: '`max_concurrency` of a job.',
  limitQueue: 'A queue of `plank.job_queue_capacities`.',
  limitGlobal: '`plank.max_concurrency`.',
  configSync: 'The writer of schedules.',
  change: 'The actor of a pull request or issue. `/` in the name becomes `!`.',
  repo: 'The actor of a repository.',
  runLog: 'One reading of a log; ends at once.',
  sinker: 'The Temporal Schedule of the sweep, and a pass that a person starts. Its own passes are `sinker-<time>`.',
  redeliver: 'The Temporal Schedule that has lost webhooks sent again. Its passes are `redeliver-<time>`.',
  reconcile: 'The Temporal Schedule that compares open changes with their actors. Its passes are `reconcile-<time>`.',
} as const satisfies Record<keyof typeof ids, string>;

export const attributeHelp = {
  ProwJob: 'Name of the job.',
  ProwType: '`presubmit`, `postsubmit`, `periodic` or `batch`.',
  ProwState: '`scheduling`, `triggered`, `pending`, `success`, `failure`, `aborted` or `error`.',
  ProwRepo: '`org/repo` under test; for periodics that of the first extra ref.',
  ProwBaseRef: 'Branch or tag under test.',
  ProwCluster: 'Alias of the build cluster.',
  ProwBuildId: 'Build id of the run.',
  ProwConfigHash:
    'Generation of the configuration that the run was made from; on schedules, a hash over what they hold.',
  ProwSchedule: 'On schedules and loops: what starts the job, as written.',
  ProwPulls: 'Numbers of the pull requests under test.',
} as const satisfies Record<(typeof keywordAttributes)[number] | (typeof keywordListAttributes)[number], string>;
