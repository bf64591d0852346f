/**
 * The wire format between the parts: workflow types, ids, task queues, signals, updates, queries and search attributes.
 *
 * Released strings are only added, never renamed: running workflows, saved histories and people's saved searches hold them.
 * Ids contain no `/`, because the server's HTTP API cannot address one that does (architecture.md 3.1).
 */

export const workflowTypes = {
  prowJob: 'prowJob',
  startJob: 'startJob',
  changeActor: 'changeActor',
  repoActor: 'repoActor',
  tideRepo: 'tideRepo',
  tideBatch: 'tideBatch',
  limiter: 'limiter',
  periodicLoop: 'periodicLoop',
  configSync: 'configSync',
  sinker: 'sinker',
  redeliver: 'redeliver',
  reconcile: 'reconcile',
  /** Reads a piece of a running pod's log where only the cluster's own worker can. */
  runLog: 'runLog',
} as const;

export const signals = {
  changeEventReceived: 'changeEventReceived',
  jobChanged: 'jobChanged',
  baseMoved: 'baseMoved',
  configChanged: 'configChanged',
  slotRequested: 'slotRequested',
  slotGranted: 'slotGranted',
  slotReleased: 'slotReleased',
  /** Operator commands to a `periodicLoop`, which has no Temporal Schedule to pause. */
  pause: 'pause',
  resume: 'resume',
  trigger: 'trigger',
  remove: 'remove',
} as const;

export const updates = { abort: 'abort', rerun: 'rerun', kick: 'kick' } as const;
export const queries = { state: 'state', explain: 'explain' } as const;

/** Task queues: workflows on `jobs` and `actors`, activities on the others. */
export const taskQueues = {
  jobs: 'jobs',
  actors: 'actors',
  plugins: 'plugins',
  git: 'git',
  reports: 'reports',
  admin: 'admin',
  /** Short calls to one execution site (a build cluster alias, or `local`). */
  runs: (site: string) => `runs-${site}`,
  /** Long watches of one execution site: thousands of slots, so kept apart from the short calls. */
  watch: (site: string) => `watch-${site}`,
  host: (host: string) => `host-${host}`,
} as const;

/** The execution site of the embedded executors `process` and `none`, whatever cluster a job names. */
export const localSite = 'local';

/** The site of jobs on clusters that nobody serves: a worker of the control plane refuses them there. */
export const unservedSite = '!unserved';

/** Keyword search attributes, registered before any worker polls (an unregistered one makes workflow tasks loop for ever). */
export const keywordAttributes = [
  'ProwJob',
  'ProwType',
  'ProwState',
  'ProwRepo',
  'ProwBaseRef',
  'ProwCluster',
  'ProwBuildId',
  'ProwConfigHash',
  /** On schedules and periodic loops: what starts the job, as written (`interval: 10m`). Their memo cannot be updated. */
  'ProwSchedule',
] as const;
export const keywordListAttributes = ['ProwPulls'] as const;

/** Temporal allows 1000 bytes, deployments often cut to 255; schedules append a 21 byte timestamp. Longer ids are cut to it. */
export const maxIdLength = 200;

/**
 * A stable hash of a text: 26 base-36 digits from two 64-bit FNV-1a passes.
 *
 * Not cryptographic; used to shorten ids, inside workflows too, where `node:crypto` is not available.
 */
export function stableHash(text: string): string {
  const mask = 0xffffffffffffffffn;
  const pass = (seed: bigint) => {
    let hash = seed;
    for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask;
    return hash.toString(36).padStart(13, '0');
  };
  return pass(0xcbf29ce484222325n) + pass(0x84222325cbf29ce4n);
}

/** Cuts an id to the length that every deployment accepts, keeping it unique by a hash tail. */
function bounded(id: string): string {
  const clean = id.replaceAll('/', '!');
  return clean.length <= maxIdLength ? clean : `${clean.slice(0, maxIdLength - 27)}-${stableHash(clean)}`;
}

export const ids = {
  /** A ProwJob started by an event, Tide, API or CLI. `startKey` is what makes a second start the same start. */
  prowJob: (startKey: string) => `job:${stableHash(startKey)}`,
  /** The schedule of a periodic, and the prefix of the workflow ids it starts (the server appends `-<time>`). */
  periodicSchedule: (job: string) => bounded(`periodic:${job}`),
  periodicSchedulePrefix: 'periodic:',
  periodicLoop: (job: string) => bounded(`periodic-loop:${job}`),
  periodicLoopPrefix: 'periodic-loop:',
  startJob: (requestId: string) => bounded(`start:${requestId}`),
  limitJob: (job: string) => bounded(`limit:job:${job}`),
  limitQueue: (queue: string) => bounded(`limit:queue:${queue}`),
  limitGlobal: 'limit:global',
  configSync: 'config-sync',
  /** A change, or an issue of a host where both share one number space. */
  change: (host: string, { org, repo }: { org: string; repo: string }, number: number) =>
    bounded(`change:${host}:${org}/${repo}:${number}`),
  repo: (host: string, { org, repo }: { org: string; repo: string }) => bounded(`repo:${host}:${org}/${repo}`),
  runLog: (token: string) => `run-log:${token}`,
  /** Schedule of the sweep, and the id of a pass that a person starts. */
  sinker: 'sinker',
  /** Schedule that has lost webhooks sent again, and the prefix of its passes. */
  redeliver: 'redeliver',
  /** Schedule that compares open changes with what their actors know. */
  reconcile: 'reconcile',
} as const;
