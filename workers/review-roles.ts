/**
 * The roles that make a code host's changes alive (architecture.md 2.2): what plugins want, what git knows, what is written to
 * the host. Without a code host they serve no queue.
 */
import { createEvaluateActivities } from '../activities/evaluate.ts';
import { createForwardActivities } from '../activities/forward-event.ts';
import { createOwnersCache } from '../activities/owners-cache.ts';
import { taskQueues } from '../domain/wire.ts';
import { createForwardMetrics } from '../telemetry/forward-metrics.ts';
import { createPluginMetrics } from '../telemetry/plugin-metrics.ts';
import type { RoleContext, RoleWorker } from './roles.ts';

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
} as const;
