/** The gateway as one of the servers of a process. */
import { createActorSignals } from '../clients/temporal/actor-signals.ts';
import { watchServer } from '../clients/temporal/watch-server.ts';
import { createPluginAgent } from '../config/plugin-agent.ts';
import { eventsFolderOf, SettingsError } from '../config/settings.ts';
import { createGateway } from '../gateway/create-gateway.ts';
import { createWebhookMetrics } from '../telemetry/webhook-metrics.ts';
import { openWebhooks } from './code-hosts.ts';
import type { FrontContext, FrontServer } from './front.ts';

/** Rejects with SettingsError and ConfigError. */
export async function openGateway({ settings, logger, client, blobs, registry }: FrontContext): Promise<FrontServer> {
  const hosts = await openWebhooks(settings, logger);
  if (hosts.length === 0) {
    throw new SettingsError(
      'The gateway needs to know who may send webhooks: give --hmac-secret-file (BOWSPRIT_HMAC_SECRET_FILE).',
    );
  }
  const plugins = await createPluginAgent(settings.pluginConfig, { logger });
  const temporal = watchServer(client);
  let isListening = false;
  const gateway = await createGateway({
    hosts,
    signals: createActorSignals(client),
    blobs,
    folder: `${eventsFolderOf(settings)}/webhooks`,
    pluginConfig: () => plugins.current(),
    metrics: createWebhookMetrics(registry),
    logger,
    ready: () => temporal.reachable(),
  });
  return {
    ready: () => isListening && temporal.reachable(),
    async listen() {
      await gateway.listen({ port: settings.gatewayPort, host: settings.gatewayHost });
      isListening = true;
      logger.info({ port: settings.gatewayPort, path: settings.webhookPath }, 'The gateway listens');
    },
    async close() {
      isListening = false;
      await gateway.close();
      temporal.close();
      for (const host of hosts) host.close();
      await plugins.close();
    },
  };
}
