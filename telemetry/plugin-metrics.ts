/** How plugins did with the events that they were given, under Prow's names (spec plugins-review.md A.7). */
import { Counter, Histogram, type Registry } from 'prom-client';

export interface PluginMetrics {
  /** One plugin with one event. `event` and `action` are the host's own words, `none` where there is no action. */
  handled(one: {
    plugin: string;
    event: string;
    action: string;
    tookAction: boolean;
    failed: boolean;
    seconds: number;
  }): void;
}

const labelNames = ['event_type', 'action', 'plugin', 'took_action'];

/** Once per registry. Names come from the configuration, and from webhooks whose signature was right. */
export function createPluginMetrics(registry: Registry): PluginMetrics {
  const seconds = new Histogram({
    name: 'prow_plugin_handle_duration_seconds',
    help: 'Time that a plugin took to decide about an event.',
    labelNames,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'prow_plugin_handle_errors',
    help: 'Number of events that a plugin could not decide about.',
    labelNames,
    registers: [registry],
  });
  return {
    handled({ plugin, event, action, tookAction, failed, seconds: took }) {
      const labels = { event_type: event, action, plugin, took_action: String(tookAction) };
      seconds.observe(labels, took);
      if (failed) errors.inc(labels);
    },
  };
}
