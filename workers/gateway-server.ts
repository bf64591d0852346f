/** The gateway as one of the servers of a process. */
import { createActorSignals } from '../clients/temporal/actor-signals.ts';
import { watchServer } from '../clients/temporal/watch-server.ts';
import { createPluginAgent } from '../config/plugin-agent.ts';
import { eventsFolderOf, SettingsError } from '../config/settings.ts';
import { createGateway } from '../gateway/create-gateway.ts';
import { createIntake } from '../gateway/intake.ts';
import { createWebhookMetrics } from '../telemetry/webhook-metrics.ts';
import { openWebhooks } from './code-hosts.ts';
import { openDeliveryPollers, type DeliveryPollers } from './delivery-pollers.ts';
import type { FrontContext, FrontServer } from './front.ts';

/** Rejects with SettingsError and ConfigError. */
export async function openGateway({ settings, logger, client, blobs, registry }: FrontContext): Promise<FrontServer> {
  const hosts = await openWebhooks(settings, logger);
  if (hosts.length === 0 && !settings.pollDeliveries) {
    throw new SettingsError(
      'The gateway needs to know who may send webhooks: give --hmac-secret-file (BOWSPRIT_HMAC_SECRET_FILE), or let it fetch ' +
        'them: --poll-deliveries (BOWSPRIT_POLL_DELIVERIES).',
    );
  }
  const plugins = await createPluginAgent(settings.pluginConfig, { logger });
  const temporal = watchServer(client);
  let isListening = false;
  let pollers: DeliveryPollers | undefined;
  const deps = {
    hosts,
    signals: createActorSignals(client),
    blobs,
    folder: `${eventsFolderOf(settings)}/webhooks`,
    pluginConfig: () => plugins.current(),
    metrics: createWebhookMetrics(registry),
    logger,
    ready: () => temporal.reachable(),
  };
  // One for both ways in: webhooks that come together are one signal.
  const intake = createIntake(deps);
  const gateway = await createGateway(deps, intake);
  return {
    ready: () => isListening && temporal.reachable(),
    async listen() {
      await gateway.listen({ port: settings.gatewayPort, host: settings.gatewayHost });
      isListening = true;
      logger.info({ port: settings.gatewayPort, path: settings.webhookPath }, 'The gateway listens');
      if (!settings.pollDeliveries) return;
      pollers = await openDeliveryPollers({ settings, intake, plugins: () => plugins.current(), logger });
      logger.info('The gateway reads webhooks from the log of the code host');
    },
    async close() {
      isListening = false;
      await pollers?.close();
      await gateway.close();
      temporal.close();
      for (const host of hosts) host.close();
      await plugins.close();
    },
  };
}
