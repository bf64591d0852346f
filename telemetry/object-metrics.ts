/** Metrics of the role that keeps ProwJob objects in a Kubernetes namespace. */
import { Gauge, type Registry } from 'prom-client';

export interface ObjectMetrics {
  /** The objects are watched, or their cluster cannot be reached. */
  setConnected(connected: boolean): void;
}

export function createObjectMetrics(registry: Registry): ObjectMetrics {
  const gauge = new Gauge({
    name: 'bowsprit_prowjob_objects_connected',
    help: 'Whether the ProwJob objects of the cluster are watched (1) or it cannot be reached (0).',
    registers: [registry],
  });
  return { setConnected: (connected) => gauge.set(connected ? 1 : 0) };
}
