/**
 * The roles a worker process can have, each with its task queues (architecture.md 3.1, temporal.md 12). The embedded system
 * runs all of them in one process; production spreads them.
 */
import type { WorkerOptions } from '@temporalio/worker';
import { findClosed } from '../activities/find-closed.ts';
import type { RecordActivities } from '../activities/records.ts';
import {
  createBuildIdActivities,
  createCapacityActivities,
  createChangeJobActivities,
  createForcedEndingActivities,
  createJobActivities,
  createLimitActivities,
  createRecordActivities,
  createRunActivities,
  createRunLogActivities,
  createScheduleActivities,
  createSinkerActivities,
  createSinkerSiteActivities,
  tellListener,
} from '../activities/index.ts';
import { isKeptHere } from '../clients/blobs/open-blobs.ts';
import { createUnservedExecutor } from '../clients/kubernetes/unserved-executor.ts';
import { createExecutions } from '../clients/temporal/executions.ts';
import { ensureRetention } from '../clients/temporal/retention.ts';
import { eventsFolderOf, knownHostsOf } from '../config/settings.ts';
import { placeOfKey } from '../domain/blob-key.ts';
import { taskQueues, unservedSite } from '../domain/wire.ts';
import type { WorkerContext } from './context.ts';
import { knownClusters, kubeconfigsOf } from './kubeconfigs.ts';
import type { Review } from './review.ts';
import { reviewRoles } from './review-roles.ts';
import type { RunSites } from './run-sites.ts';

export type RoleWorker = Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>;

export interface RoleContext extends WorkerContext {
  /** This process has the role that writes records. */
  writesRecords: boolean;
  /** This process has the role that runs workflows. */
  runsWorkflows: boolean;
  /** Opened at the first call. */
  runSites(): Promise<RunSites>;
  /** Opened at the first call. */
  review(): Promise<Review>;
}

/** Short calls: an abort may wait for the last words of a container, and must not keep others waiting. */
const runSlots = 500;
/** Measured: 294 KB per cached workflow (temporal.md 12); eviction costs a replay of some thirty events. */
const cachedWorkflows = 200;

export const roles = {
  /** Runs workflow code; needs nothing but the server. */
  workflows: (context: RoleContext): RoleWorker[] => {
    const common = { workflowBundle: { codePath: context.bundlePath }, maxCachedWorkflows: cachedWorkflows };
    return [
      { ...common, taskQueue: taskQueues.jobs, activities: localActivities(context), enableNonLocalActivities: false },
      { ...common, taskQueue: taskQueues.actors },
    ];
  },

  /** Reads the configuration, starts jobs, keeps schedules and limits. */
  admin: async (context: RoleContext): Promise<RoleWorker[]> => {
    const { client, blobs, logger } = context;
    const isKubernetes = context.settings.executor === 'kubernetes';
    const config = () => context.config.current();
    const settings = {
      executor: context.settings.executor,
      tot: context.settings.totUrl !== undefined,
      ...(isKubernetes && { clusters: knownClusters(await kubeconfigsOf(context.settings), context.settings) }),
    };
    return [
      {
        taskQueue: taskQueues.admin,
        activities: {
          ...createJobActivities({ client, blobs, config, settings }),
          ...createChangeJobActivities({ client, blobs, config, settings, now: () => new Date(), logger }),
          ...createScheduleActivities({
            client,
            config,
            settings,
            setRetention: (ageMs) => ensureRetention(context.connection, context.settings.namespace, ageMs),
            hosts: () => knownHostsOf(context.settings),
            pollsDeliveries: context.settings.pollDeliveries,
            logger,
          }),
          ...createForcedEndingActivities({
            client,
            blobs,
            record: recordActivities(context).recordTransition,
            logger,
          }),
          ...createCapacityActivities({ client, config }),
          ...createLimitActivities({ client }),
          ...createBuildIdActivities({ totUrl: context.settings.totUrl }),
          ...createSinkerActivities({
            executions: createExecutions(client),
            blobs,
            isRemovable: (key) => context.settings.storage === 'local' || isKeptHere(placeOfKey(key)),
            eventsFolder: eventsFolderOf(context.settings),
            config,
            clusters: () => settings.clusters ?? [],
            dryRun: context.settings.sinkerDryRun,
            runFolders: context.settings.executor === 'process',
            onPass: (result) => context.sinkerMetrics.setPass(result),
            logger,
          }),
        },
      },
      ...(isKubernetes ? siteWorkers({ name: unservedSite, executor: createUnservedExecutor() }, context) : []),
    ];
  },

  /** Writes records and tells listeners. */
  reports: (context: RoleContext): RoleWorker[] => [
    { taskQueue: taskQueues.reports, activities: { ...recordActivities(context) } },
  ],

  ...reviewRoles,

  /** Runs jobs: on this machine, or in build clusters. */
  runs: async (context: RoleContext): Promise<RoleWorker[]> =>
    (await context.runSites()).sites.flatMap((site) => siteWorkers(site, context)),
} as const satisfies Record<string, (context: RoleContext) => RoleWorker[] | Promise<RoleWorker[]>>;

function recordActivities({ blobs, client, config, deckUrl, prowJobMetrics, logger }: WorkerContext): RecordActivities {
  return createRecordActivities({
    blobs,
    main: () => config.current().main,
    defaultUrl: deckUrl,
    tell: (listener, change) => tellListener(client, listener, change),
    onTransition: (prowJob) => prowJobMetrics.countTransition(prowJob),
    logger,
  });
}

/**
 * What a job's workflow may have done where it runs. It asks for that only where one process could do it when the job started; the
 * process that has taken it over since may refuse, and then it becomes an activity.
 */
function localActivities(context: RoleContext): RecordActivities {
  if (context.writesRecords) return recordActivities(context);
  return {
    recordTransition: async () => Promise.reject(new Error('This process does not write records.')),
  };
}

/** Each site has queues of its own: what happens to one does not hold up the others. */
function siteWorkers(
  { name, executor, liveLogs, leftovers }: RunSites['sites'][number],
  context: RoleContext,
): RoleWorker[] {
  const { client, blobs, logger, settings } = context;
  const { startRun, watchRun, endRun } = createRunActivities({
    executor,
    hasEnded: async (workflowId) => (await findClosed(client, [workflowId])).length > 0,
    // A worker in a build cluster need not know where Deck is, nor reach who listens.
    ...(context.writesRecords && {
      record: recordActivities(context).recordTransition,
      recordsLocally: context.runsWorkflows,
    }),
  });
  const executions = createExecutions(client);
  return [
    {
      taskQueue: taskQueues.runs(name),
      activities: {
        startRun,
        endRun,
        ...(liveLogs && createRunLogActivities({ logs: liveLogs })),
        ...(leftovers && createSinkerSiteActivities({ executions, blobs, logger, ...leftovers })),
      },
      maxConcurrentActivityTaskExecutions: runSlots,
    },
    {
      taskQueue: taskQueues.watch(name),
      activities: { watchRun },
      maxHeartbeatThrottleInterval: '90 seconds',
      // Many runs wait at once and cost next to nothing while they do.
      maxConcurrentActivityTaskExecutions: settings.watchSlots,
    },
  ];
}

/** They need the credentials of a code host. */
export const reviewRoleNames = Object.keys(reviewRoles) as Role[];

export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as Role[];

export function isRole(name: string): name is Role {
  return name in roles;
}
