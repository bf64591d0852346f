/** What an agent needs and forbids (spec jobs.md 2.1). An unknown agent is only warned about, and nothing else is checked. */
import type { JobBase } from '../../domain/job-config.ts';
import type { Report } from './report.ts';

const knownAgents = new Set(['kubernetes', 'jenkins', 'tekton-pipeline']);

export function checkAgent(job: JobBase, podNamespace: string, report: Report): void {
  const { agent = 'kubernetes' } = job;
  if (!knownAgents.has(agent)) return;
  const isKubernetes = agent === 'kubernetes';
  const isTekton = agent === 'tekton-pipeline';
  if (isKubernetes && !job.spec) report('spec', 'must be set: agent kubernetes runs a pod');
  if (isKubernetes && job.spec && !job.spec.containers?.length)
    report('spec.containers', 'must have at least one container');
  if (!isKubernetes && job.spec) report('spec', `must not be set: agent ${agent} runs no pod`);
  if (!isKubernetes && job.error_on_eviction) report('error_on_eviction', 'works with agent kubernetes only');
  if (!isKubernetes && job.decoration_config) report('decoration_config', 'works with agent kubernetes only');
  const pipeline = job.pipeline_run_spec ?? job.tekton_pipeline_run_spec;
  if (isTekton && !pipeline) report('tekton_pipeline_run_spec', 'must be set: agent tekton-pipeline runs a pipeline');
  if (!isTekton && pipeline) report('tekton_pipeline_run_spec', 'works with agent tekton-pipeline only');
  if (!isTekton && job.namespace && job.namespace !== podNamespace) {
    report(
      'namespace',
      `must be the pod_namespace ${JSON.stringify(podNamespace)} of the main configuration, or left out`,
    );
  }
}
