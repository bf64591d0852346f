/**
 * The sample code host of the shipped example (`bowsprit up`), seeded at the first start. It listens at once and keeps webhooks
 * until its parent says that somebody takes them: `{ type: 'webhooks', flow: true }`, or `false` before the gateway goes.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { sampleHostFiles, samplePeople, sampleWebhookUrl } from '../config/sample-host.ts';
import type { Settings } from '../config/settings.ts';
import { createForge, type Forge } from '../forge/create-forge.ts';
import { connectWebhook, seed } from '../forge/seed.ts';
import { createLogger } from '../telemetry/logger.ts';
import { whenStopped } from './lifecycle.ts';
import { main } from './main.ts';

const organisation = 'demo';

await main(async (settings) => {
  const stopped = whenStopped();
  const logger = createLogger({ component: 'forge', level: settings.logLevel });
  const files = sampleHostFiles(settings.dataDir);
  // A start that was cut off has left half a sample.
  if (!existsSync(files.seeded)) rmSync(files.content, { recursive: true, force: true });
  mkdirSync(files.content, { recursive: true, mode: 0o700 });
  const forge = await createForge({ dataDir: files.content, port: settings.forgePort, holdWebhooks: true });
  await fill(forge, settings);
  process.on('message', (message) => {
    if (!isFlow(message)) return;
    if (message.flow) forge.webhooks.release();
    else forge.webhooks.hold();
  });
  logger.info({ port: settings.forgePort }, 'The sample code host listens');
  process.send?.({ type: 'ready' });

  await stopped;
  await forge.close();
});

async function fill(forge: Forge, settings: Settings): Promise<void> {
  const files = sampleHostFiles(settings.dataDir);
  const read = (path: string) => readFileSync(path, 'utf8').trim();
  const webhook = { url: sampleWebhookUrl(settings), secret: read(files.webhookSecret) };
  if (existsSync(files.seeded)) {
    connectWebhook(forge, organisation, webhook);
    return;
  }
  const tokens = Object.fromEntries(samplePeople.map((login) => [login, read(files.token(login))]));
  await seed(forge, { org: organisation, tokens, webhook });
  writeFileSync(files.seeded, '');
}

function isFlow(message: unknown): message is { type: 'webhooks'; flow: boolean } {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'webhooks';
}
