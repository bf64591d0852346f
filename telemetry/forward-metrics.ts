/** What external plugins did with the events that they were given. */
import { Counter, Histogram, type Registry } from 'prom-client';

export interface ForwardMetrics {
  /** One attempt; `unavailable` is tried again. */
  forwarded(attempt: { plugin: string; outcome: 'taken' | 'refused' | 'unavailable'; seconds: number }): void;
}

/** Once per registry. Names of plugins come from the configuration. */
export function createForwardMetrics(registry: Registry): ForwardMetrics {
  const forwards = new Counter({
    name: 'bowsprit_forwards_total',
    help: 'Number of attempts to hand an event to an external plugin, by what came of it.',
    labelNames: ['plugin', 'outcome'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'bowsprit_forward_duration_seconds',
    help: 'Time that external plugins took to answer, or were waited for.',
    labelNames: ['plugin'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    forwarded(attempt) {
      forwards.inc({ plugin: attempt.plugin, outcome: attempt.outcome });
      seconds.observe({ plugin: attempt.plugin }, attempt.seconds);
    },
  };
}
