/**
 * The metrics of the sweep under the names that Prow's dashboards query (spec jobs.md 7), set once per pass. A reason that does
 * not occur in a pass keeps its previous value, as there.
 */
import { Gauge, type Registry } from 'prom-client';
import type { SinkerResult, Tally } from '../domain/sinker/pass.ts';
import { sumSwept } from '../domain/sinker/pass.ts';

export interface SinkerMetrics {
  setPass(result: SinkerResult): void;
}

/** Once per registry. */
export function createSinkerMetrics(registry: Registry): SinkerMetrics {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const byReason = (name: string, help: string) => {
    const metric = new Gauge({ name, help, labelNames: ['reason'], registers: [registry] });
    return (tally: Tally) => {
      for (const [reason, number] of Object.entries(tally)) metric.set({ reason }, number);
    };
  };
  const podsExisting = gauge('sinker_pods_existing', 'Number of pods that the last sweep found.');
  const seconds = gauge('sinker_loop_duration_seconds', 'Time that the last sweep took.');
  const podsRemoved = byReason('sinker_pods_removed', 'Number of pods that the last sweep removed.');
  const podErrors = byReason('sinker_pod_removal_errors', 'Number of pods that the last sweep could not remove.');
  const jobsExisting = gauge('sinker_prow_jobs_existing', 'Number of ProwJobs that the last sweep found.');
  const jobsCleaned = byReason('sinker_prow_jobs_cleaned', 'Number of ProwJobs that the last sweep removed.');
  const jobErrors = byReason(
    'sinker_prow_jobs_cleaning_errors',
    'Number of ProwJobs that the last sweep could not remove.',
  );
  return {
    setPass(result) {
      const prowJobs = sumSwept([result.prowJobs, ...(result.records ? [result.records] : [])]);
      podsExisting.set(result.pods.existing);
      seconds.set(result.seconds);
      jobsExisting.set(result.prowJobs.existing);
      podErrors(result.pods.errors);
      jobErrors(prowJobs.errors);
      // What a dry run would have removed is still there.
      if (result.dryRun) return;
      podsRemoved(result.pods.removed);
      jobsCleaned(prowJobs.removed);
    },
  };
}
