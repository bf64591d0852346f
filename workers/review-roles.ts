/**
 * The roles that make a code host's changes alive (architecture.md 2.2): what plugins want, what git knows, what is written to
 * the host. Without a code host they serve no queue.
 */
import {
  createApplyActivities,
  createCherryPickActivities,
  createEvaluateActivities,
  createForwardActivities,
  createReconcileActivities,
  createRedeliverActivities,
  createReportActivities,
  createResolveActivities,
  createSpreadActivities,
  recordOfJob,
} from '../activities/index.ts';
import { createOwnersCache } from '../activities/owners-cache.ts';
import { createActorKnowledge } from '../clients/temporal/actor-knowledge.ts';
import { createActorSignals } from '../clients/temporal/actor-signals.ts';
import { eventsFolderOf } from '../config/settings.ts';
import { taskQueues } from '../domain/wire.ts';
import { createDeliveryMetrics } from '../telemetry/delivery-metrics.ts';
import { createForwardMetrics } from '../telemetry/forward-metrics.ts';
import { createPluginMetrics } from '../telemetry/plugin-metrics.ts';
import type { RoleContext, RoleWorker } from './roles.ts';

/** Each is a fetch, or a merge of trees: more at once only wait for the disk. */
const gitSlots = 8;
/** Writes go one after the other in each activity; the host's rate limits are kept by all together. */
const hostSlots = 20;
/** Evaluations read the host and wait for it; forwards wait for external plugins, which may take 10 s each. */
const pluginSlots = 200;

export const reviewRoles = {
  /** Decides what plugins want done, and passes events on to external plugins. */
  plugins: async (context: RoleContext): Promise<RoleWorker[]> => {
    const { hosts, plugins, secrets } = await context.review();
    if (hosts.all.length === 0) return [];
    const { blobs, logger, registry } = context;
    const pluginMetrics = createPluginMetrics(registry);
    const forwardMetrics = createForwardMetrics(registry);
    return [
      {
        taskQueue: taskQueues.plugins,
        activities: {
          ...createEvaluateActivities({
            host: (name) => hosts.named(name).host,
            blobs,
            ownersCache: createOwnersCache(),
            plugins: () => plugins.current(),
            config: () => context.config.current(),
            now: Date.now,
            onHandled: (one) => pluginMetrics.handled(one),
            logger,
          }),
          ...createForwardActivities({
            plugins: () => plugins.current(),
            blobs,
            secrets,
            onForwarded: (one) => forwardMetrics.forwarded(one),
            logger,
          }),
        },
        maxConcurrentActivityTaskExecutions: pluginSlots,
      },
    ];
  },

  /** Completes events from the host and from mirrors of repositories, and picks changes to other branches. */
  git: async (context: RoleContext): Promise<RoleWorker[]> => {
    const { hosts, plugins, mirrors } = await context.review();
    if (hosts.all.length === 0) return [];
    const { blobs, settings } = context;
    const config = () => context.config.current();
    const host = (name: string) => hosts.named(name).host;
    const folder = eventsFolderOf(settings);
    return [
      {
        taskQueue: taskQueues.git,
        activities: {
          ...createResolveActivities({
            host,
            mirrors: mirrors(),
            blobs,
            folder: `${folder}/files`,
            eventsFolder: `${folder}/webhooks`,
            plugins: () => plugins.current(),
            config,
          }),
          ...createCherryPickActivities({ host, mirrors: mirrors(), blobs }),
        },
        maxConcurrentActivityTaskExecutions: gitSlots,
      },
    ];
  },

  /** Writes to the code hosts, one queue for each, and looks at them for what no webhook has told. */
  host: async (context: RoleContext): Promise<RoleWorker[]> => {
    const { hosts, plugins } = await context.review();
    const { blobs, client, logger, registry, settings } = context;
    if (hosts.all.length === 0) return [];
    const deliveryMetrics = createDeliveryMetrics(registry);
    const host = (name: string) => hosts.named(name).host;
    const activities = {
      ...createApplyActivities({ host }),
      ...createReportActivities({
        host,
        main: () => context.config.current().main,
        prowJob: async (job) => await recordOfJob(client, blobs, job),
        logger,
      }),
      ...createSpreadActivities({
        host,
        blobs,
        eventsFolder: `${eventsFolderOf(settings)}/webhooks`,
        plugins: () => plugins.current(),
        signals: createActorSignals(client),
      }),
      ...createRedeliverActivities({
        host,
        plugins: () => plugins.current(),
        ownHooks: {
          path: settings.webhookPath,
          ...(settings.webhookUrl !== undefined && { url: settings.webhookUrl }),
        },
        onLooked: (name, found) => deliveryMetrics.looked(name, found),
        logger,
      }),
      ...createReconcileActivities({
        host,
        plugins: () => plugins.current(),
        actors: createActorKnowledge(client),
        signals: createActorSignals(client),
        blobs,
        folder: `${eventsFolderOf(settings)}/webhooks`,
        logger,
      }),
    };
    return hosts.all.map(({ host: { name } }) => ({
      taskQueue: taskQueues.host(name),
      activities,
      maxConcurrentActivityTaskExecutions: hostSlots,
    }));
  },
} as const;
