import { expect, test } from '@jest/globals';
import { parsePlugins } from '../config/load-plugins.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRegistry } from '../telemetry/metrics.ts';
import { createWebhookMetrics } from '../telemetry/webhook-metrics.ts';
import { createIntake } from './intake.ts';

/** A comment that is too long to travel in a signal. */
function comment(delivery: string, number: number) {
  const payload = {
    action: 'created',
    repository: { name: 'app', owner: { login: 'acme' } },
    issue: { number, title: 'T', state: 'open', user: { login: 'carol' }, labels: [] },
    comment: { id: 1, body: 'x'.repeat(5000), user: { login: 'carol' } },
  };
  return {
    host: 'github',
    event: 'issue_comment',
    delivery,
    body: Buffer.from(JSON.stringify(payload)),
    payload,
    headers: {},
  };
}

test('webhooks of one actor keep their order however long storage takes, and those of others do not wait', async () => {
  const told: string[] = [];
  const arrivals: (number | undefined)[] = [];
  let store: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (store = resolve));
  const intake = createIntake({
    signals: {
      async changeEventsReceived(_target, envelopes) {
        told.push(...envelopes.map(({ delivery }) => delivery));
        arrivals.push(...envelopes.map(({ arrival }) => arrival?.n));
      },
    },
    blobs: { put: async (key) => (key.includes('first') ? await slow : undefined) },
    folder: 'bucket/webhooks',
    pluginConfig: () => parsePlugins('plugins.yaml', ''),
    metrics: createWebhookMetrics(createRegistry({ processMetrics: false })),
    logger: createLogger({ component: 'test', level: 'silent' }),
    storageTimeoutMs: 60_000,
  });

  const first = intake.take(comment('first', 1));
  const second = intake.take(comment('second', 1));
  await intake.take(comment('other', 2));
  expect(told).toEqual(['other']);

  store();
  expect(await Promise.all([first, second])).toEqual(['taken', 'taken']);
  expect(told).toEqual(['other', 'first', 'second']);
  expect(arrivals).toEqual([3, 1, 2]);
});
