/** What the gateway is built from; `workers/` puts it together. */
import type { Logger } from 'pino';
import type { BlobStore } from '../domain/blob-store.ts';
import type { PluginConfig } from '../domain/plugin-config.ts';
import type { ActorSignals } from '../domain/review/actor-target.ts';
import type { WebhookSecrets } from '../rules/webhook-secrets.ts';
import type { WebhookMetrics } from '../telemetry/webhook-metrics.ts';

/** A host that sends webhooks in GitHub's form. */
export interface WebhookHost {
  /** In our configuration; part of the ids of actors. */
  name: string;
  /** Where its webhooks come in: `/hook`. Each host has its own. */
  path: string;
  secrets: () => WebhookSecrets;
}

export interface GatewayDeps {
  hosts: readonly WebhookHost[];
  signals: ActorSignals;
  blobs: Pick<BlobStore, 'put'>;
  /** `<bucket>/<path>` below which webhooks are stored, without a trailing slash. */
  folder: string;
  pluginConfig: () => PluginConfig;
  metrics: WebhookMetrics;
  logger: Logger;
  /** Whether Temporal can be reached. */
  ready: () => boolean;
  /** Repositories of an organisation, for `/plugin-help`. Default: only those that the configuration names. */
  reposOf?: (org: string) => Promise<readonly string[]>;
  /** Default: the clock. */
  now?: () => Date;
  /** Milliseconds that storage has to take a webhook. Default 1500. */
  storageTimeoutMs?: number;
}
