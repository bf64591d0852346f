/**
 * The code hosts that the settings name. A further kind of host is a folder below `providers/`, a file like `github-host.ts`, and
 * an entry in this list.
 */
import type { Settings } from '../config/settings.ts';
import type { CodeHost } from '../domain/review/host.ts';
import type { WebhookHost } from '../gateway/deps.ts';
import type { Logger } from '../telemetry/logger.ts';
import { github } from './github-host.ts';

export interface OpenCodeHost {
  host: CodeHost;
  close(): void;
}

export interface OpenWebhooks extends WebhookHost {
  close(): void;
}

export interface CodeHostProvider {
  /** Undefined where the settings have no credentials for it. Rejects with SettingsError. */
  openHost(settings: Settings, logger: Logger): Promise<OpenCodeHost | undefined>;
  /** Undefined where nobody could sign webhooks of it. Rejects with SettingsError. */
  openWebhooks(settings: Settings, logger: Logger): Promise<OpenWebhooks | undefined>;
}

const providers: readonly CodeHostProvider[] = [github];

export interface CodeHosts {
  all: readonly OpenCodeHost[];
  /** Throws for a host that is not configured here. */
  named(name: string): OpenCodeHost;
  close(): void;
}

export async function openCodeHosts(settings: Settings, logger: Logger): Promise<CodeHosts> {
  const opened = await Promise.all(providers.map(async (provider) => provider.openHost(settings, logger)));
  const all = opened.filter((one) => one !== undefined);
  const byName = new Map(all.map((one) => [one.host.name, one]));
  return {
    all,
    named(name) {
      const found = byName.get(name);
      // A retry may reach a worker that knows it.
      if (!found) throw new Error(`No code host is named ${name} here; --host-name must be the same for all roles.`);
      return found;
    },
    close: () => all.forEach((one) => one.close()),
  };
}

/** Rejects with SettingsError. */
export async function openWebhooks(settings: Settings, logger: Logger): Promise<OpenWebhooks[]> {
  const opened = await Promise.all(providers.map(async (provider) => provider.openWebhooks(settings, logger)));
  return opened.filter((one) => one !== undefined);
}
