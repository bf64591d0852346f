/** What the roles that handle a code host's events share: the hosts, `plugins.yaml`, the secrets of webhooks. Opened once. */
import { join } from 'node:path';
import { createMirrors, type Mirrors } from '../clients/git/mirrors.ts';
import { createPluginAgent, type PluginAgent } from '../config/plugin-agent.ts';
import type { Settings } from '../config/settings.ts';
import type { WebhookSecrets } from '../rules/webhook-secrets.ts';
import type { Logger } from '../telemetry/logger.ts';
import { openCodeHosts, openWebhooks, type CodeHosts } from './code-hosts.ts';

export interface Review {
  hosts: CodeHosts;
  plugins: PluginAgent;
  /** Mirrors of repositories, opened at the first call. */
  mirrors: () => Mirrors;
  /** Of a host's webhooks, by its name, where this process was given them. */
  secrets: (host: string) => WebhookSecrets | undefined;
  close(): Promise<void>;
}

/** Rejects with SettingsError and ConfigError. */
export async function openReview(settings: Settings, logger: Logger): Promise<Review> {
  const hosts = await openCodeHosts(settings, logger);
  const webhooks = await openWebhooks(settings, logger);
  const plugins = await createPluginAgent(settings.pluginConfig, { logger });
  let mirrors: Mirrors | undefined;
  return {
    hosts,
    plugins,
    mirrors: () => (mirrors ??= createMirrors({ folder: join(settings.dataDir, 'git'), environment: process.env })),
    secrets: (host) => webhooks.find(({ name }) => name === host)?.secrets(),
    async close() {
      await mirrors?.close();
      hosts.close();
      for (const one of webhooks) one.close();
      await plugins.close();
    },
  };
}
