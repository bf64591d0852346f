/**
 * The roles a worker process can have, each with its task queues (architecture.md 3.1, temporal.md 12). The embedded system
 * runs all of them in one process; production spreads them.
 */
import type { WorkerOptions } from '@temporalio/worker';
import {
  createBuildIdActivities,
  createCapacityActivities,
  createJobActivities,
  createLimitActivities,
  createRecordActivities,
  createRunActivities,
  createScheduleActivities,
  tellListener,
} from '../activities/index.ts';
import { localSite, taskQueues } from '../domain/wire.ts';
import type { WorkerContext } from './context.ts';

type RoleWorker = Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>;

/** Many runs wait at once and cost next to nothing while they do. */
const watchSlots = 5_000;
/** Measured: 294 KB per cached workflow (temporal.md 12); eviction costs a replay of some thirty events. */
const cachedWorkflows = 200;

export const roles = {
  /** Runs workflow code; needs nothing but the server. */
  workflows: ({ bundlePath }: WorkerContext): RoleWorker[] =>
    [taskQueues.jobs, taskQueues.actors].map((taskQueue) => ({
      taskQueue,
      workflowBundle: { codePath: bundlePath },
      maxCachedWorkflows: cachedWorkflows,
    })),

  /** Reads the configuration, starts jobs, keeps schedules and limits. */
  admin: (context: WorkerContext): RoleWorker[] => {
    const { client, blobs, logger } = context;
    const config = () => context.config.current();
    const settings = { executor: context.settings.executor, tot: context.settings.totUrl !== undefined };
    return [
      {
        taskQueue: taskQueues.admin,
        activities: {
          ...createJobActivities({ client, blobs, config, settings }),
          ...createScheduleActivities({ client, config, settings, logger }),
          ...createCapacityActivities({ client, config }),
          ...createLimitActivities({ client }),
          ...createBuildIdActivities({ totUrl: context.settings.totUrl }),
        },
      },
    ];
  },

  /** Writes records and tells listeners. */
  reports: (context: WorkerContext): RoleWorker[] => [
    {
      taskQueue: taskQueues.reports,
      activities: {
        ...createRecordActivities({
          blobs: context.blobs,
          main: () => context.config.current().main,
          defaultUrl: context.deckUrl,
          tell: (listener, change) => tellListener(context.client, listener, change),
          onTransition: (prowJob) => context.prowJobMetrics.countTransition(prowJob),
          logger: context.logger,
        }),
      },
    },
  ],

  /** Runs jobs on this machine. */
  runs: ({ executor }: WorkerContext): RoleWorker[] => {
    const { startRun, watchRun, endRun } = createRunActivities({ executor });
    return [
      { taskQueue: taskQueues.runs(localSite), activities: { startRun, endRun } },
      {
        taskQueue: taskQueues.watch(localSite),
        activities: { watchRun },
        maxConcurrentActivityTaskExecutions: watchSlots,
      },
    ];
  },
} as const satisfies Record<string, (context: WorkerContext) => RoleWorker[]>;

export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as Role[];

export function isRole(name: string): name is Role {
  return name in roles;
}
