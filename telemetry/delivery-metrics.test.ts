import { expect, test } from '@jest/globals';
import { createDeliveryMetrics } from './delivery-metrics.ts';
import { createForwardMetrics } from './forward-metrics.ts';
import { createRegistry } from './metrics.ts';

async function lines(registry: ReturnType<typeof createRegistry>): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
}

test('passes add up; what waits is as of the last one', async () => {
  const registry = createRegistry({ processMetrics: false });
  const metrics = createDeliveryMetrics(registry);
  const found = { atMs: 1, sinceMs: 0, hooks: 1, hidden: 0 };

  metrics.looked('github', { ...found, again: 1, waiting: 9, lost: 0 });
  metrics.looked('github', { ...found, again: 9, waiting: 0, lost: 2 });

  expect(await lines(registry)).toEqual([
    'bowsprit_webhooks_redelivered_total{host="github"} 10',
    'bowsprit_webhooks_lost_total{host="github"} 2',
    'bowsprit_webhooks_undelivered{host="github"} 0',
  ]);
});

test('attempts to forward are counted by what came of them', async () => {
  const registry = createRegistry({ processMetrics: false });
  const metrics = createForwardMetrics(registry);

  metrics.forwarded({ plugin: 'cla', outcome: 'unavailable', seconds: 10 });
  metrics.forwarded({ plugin: 'cla', outcome: 'taken', seconds: 0.2 });

  expect(await lines(registry)).toEqual(
    expect.arrayContaining([
      'bowsprit_forwards_total{plugin="cla",outcome="unavailable"} 1',
      'bowsprit_forwards_total{plugin="cla",outcome="taken"} 1',
      'bowsprit_forward_duration_seconds_count{plugin="cla"} 2',
    ]),
  );
});
