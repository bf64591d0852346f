/** Reads the logs of code hosts for webhooks, where they cannot be sent to us (`--poll-deliveries`). */
import { join } from 'node:path';
import { flagOf, SettingsError, variableOf, type Settings } from '../config/settings.ts';
import type { PluginConfig } from '../domain/plugin-config.ts';
import { hookOwners } from '../domain/plugin-enablement.ts';
import type { Intake } from '../gateway/intake.ts';
import { startDeliveryPoller } from '../gateway/poll-deliveries.ts';
import type { Logger } from '../telemetry/logger.ts';
import { openCodeHosts } from './code-hosts.ts';

export interface DeliveryPollers {
  close(): Promise<void>;
}

export interface DeliveryPollersDeps {
  settings: Settings;
  intake: Intake;
  plugins: () => PluginConfig;
  logger: Logger;
}

/** Rejects with SettingsError. */
export async function openDeliveryPollers(deps: DeliveryPollersDeps): Promise<DeliveryPollers> {
  const { settings, intake, plugins, logger } = deps;
  const hosts = await openCodeHosts(settings, logger);
  if (hosts.all.length === 0) {
    const named = (['githubTokenPath', 'githubAppId'] as const).map((name) => `${flagOf(name)} (${variableOf(name)})`);
    throw new SettingsError(`To read webhooks from the log of a code host, the gateway needs ${named.join(' or ')}.`);
  }
  const ownHooks = () => ({
    owners: hookOwners(plugins()),
    path: settings.webhookPath,
    ...(settings.webhookUrl !== undefined && { url: settings.webhookUrl }),
  });
  const pollers = await Promise.all(
    hosts.all.flatMap(({ host: { name, deliveries } }) => {
      if (!deliveries) return [];
      const file = join(settings.dataDir, 'deliveries', `${name}.json`);
      return [startDeliveryPoller({ host: name, log: deliveries, ownHooks, intake, file, logger })];
    }),
  );
  return {
    async close() {
      await Promise.all(pollers.map(async (poller) => poller.close()));
      hosts.close();
    },
  };
}
