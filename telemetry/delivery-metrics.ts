/** What became of webhooks that code hosts could not deliver, as the last pass has found it. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { HostRedelivery } from '../domain/review/redelivery-pass.ts';

export interface DeliveryMetrics {
  looked(host: string, found: HostRedelivery): void;
}

/** Once per registry. */
export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const labelNames = ['host'];
  const registers = [registry];
  const again = new Counter({
    name: 'bowsprit_webhooks_redelivered_total',
    help: 'Number of webhooks that the code host was asked to send again.',
    labelNames,
    registers,
  });
  const lost = new Counter({
    name: 'bowsprit_webhooks_lost_total',
    help: 'Number of webhooks that were given up: they failed while others came through, or for too long.',
    labelNames,
    registers,
  });
  const waiting = new Gauge({
    name: 'bowsprit_webhooks_undelivered',
    help: 'Number of webhooks that have failed and wait for a later pass.',
    labelNames,
    registers,
  });
  return {
    looked(host, found) {
      again.inc({ host }, found.again);
      lost.inc({ host }, found.lost);
      waiting.set({ host }, found.waiting);
    },
  };
}
