/** docs/reference/metrics.md, from the metrics that processes register. A test finds metrics that are missing here. */
import type { Registry } from 'prom-client';
import { createClusterMetrics, createProwJobMetrics, createRegistry } from '../../telemetry/metrics.ts';
import { createDeliveryMetrics } from '../../telemetry/delivery-metrics.ts';
import { createForwardMetrics } from '../../telemetry/forward-metrics.ts';
import { createGitHubProxyMetrics } from '../../telemetry/github-proxy-metrics.ts';
import { createObjectMetrics } from '../../telemetry/object-metrics.ts';
import { createSinkerMetrics } from '../../telemetry/sinker-metrics.ts';
import { createPluginMetrics } from '../../telemetry/plugin-metrics.ts';
import { createWebhookMetrics } from '../../telemetry/webhook-metrics.ts';
import { code, generatedFrom, page, table } from './markdown.ts';

/** Everything that registers metrics, with who serves them. Add yours. */
const registrations: readonly { where: string; register: (registry: Registry) => unknown }[] = [
  {
    where: 'Deck serves `prowjobs`, workers with the role `reports` serve `prowjob_state_transitions`',
    register: createProwJobMetrics,
  },
  { where: 'Workers with the role `runs` that serve build clusters', register: createClusterMetrics },
  { where: 'The gateway', register: createWebhookMetrics },
  { where: 'The role `github-proxy`', register: createGitHubProxyMetrics },
  { where: 'Workers with the role `plugins`', register: createPluginMetrics },
  { where: 'Workers with the role `plugins` serve those of external plugins', register: createForwardMetrics },
  { where: 'Workers with the queue of a code host', register: createDeliveryMetrics },
  { where: 'Workers with the role `admin` serve the figures of the sweep', register: createSinkerMetrics },
  { where: 'The role `prowjob-objects`', register: createObjectMetrics },
];

export function metricsPage(): string {
  const parts = registrations.map(({ where, register }) => {
    const registry = createRegistry({ processMetrics: false });
    register(registry);
    const rows = registry
      .getMetricsAsArray()
      .map((metric) => [
        code(metric.name),
        String(metric.type),
        'labelNames' in metric && Array.isArray(metric.labelNames)
          ? metric.labelNames.map(String).map(code).join(', ')
          : '',
        'help' in metric ? metric.help : '',
      ]);
    return `${where}.\n\n${table(['Name', 'Type', 'Labels', 'Meaning'], rows)}`;
  });
  return page(
    generatedFrom('telemetry/'),
    '# Metrics',
    'In the text format of Prometheus at `/metrics`: of Deck on its own port, of the other roles on `--telemetry-port`. Names that Prow has ' +
      "are Prow's, so its dashboards go on working.",
    ...parts,
    'Besides these Deck and workers serve those of prom-client about themselves (`process_*` and `nodejs_*`: memory, CPU, event loop), and ' +
      'workers those of the Temporal SDK (`temporal_*`: pollers, slots, latencies, failures).',
  );
}
