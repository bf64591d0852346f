/** Where the sample code host of the shipped example keeps its things, in the data directory. */
import { join } from 'node:path';
import type { Settings } from './settings.ts';

/** What it is called in task queues and ids of actors. */
export const sampleHostName = 'forge';

/** Who has a token; those of `forge/seed.ts`, a test compares them. */
export const samplePeople = ['bot', 'alice', 'carol', 'dave'] as const;

export function sampleHostFiles(dataDir: string) {
  const folder = join(dataDir, 'forge');
  return {
    folder,
    /** Journal and repositories. */
    content: join(folder, 'host'),
    /** There when the sample is complete. */
    seeded: join(folder, 'seeded'),
    webhookSecret: join(folder, 'webhook-secret'),
    token: (login: string) => join(folder, 'tokens', login),
  };
}

/** The page of the pull request that the sample begins with. */
export function samplePullUrl(forgePort: number): string {
  return `${sampleHostUrl(forgePort)}/demo/hello/pull/1`;
}

export function sampleHostUrl(forgePort: number): string {
  return `http://127.0.0.1:${forgePort}`;
}

/** Where it sends webhooks to. */
export function sampleWebhookUrl({ gatewayPort, webhookPath }: Pick<Settings, 'gatewayPort' | 'webhookPath'>): string {
  return `http://127.0.0.1:${gatewayPort}${webhookPath}`;
}
