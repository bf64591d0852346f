/**
 * Jobs for agents that this system does not run. Prow loads them, so decoding does too; whoever is to run the configuration
 * refuses them in words.
 */
import type { LoadedConfig } from '../domain/main-config.ts';
import type { Problem } from './problem.ts';

const unsupported: Readonly<Record<string, string>> = { jenkins: 'Jenkins', 'tekton-pipeline': 'Tekton' };

/** One problem per job with such an agent. */
export function unsupportedAgentProblems(config: LoadedConfig): Problem[] {
  const problems: Problem[] = [];
  const repos = [...config.presubmits.values(), ...config.postsubmits.values()];
  for (const job of [...repos.flat(), ...config.periodics]) {
    const words = unsupported[job.agent ?? ''];
    if (words === undefined) continue;
    const file = config.sourceOf(job);
    problems.push({
      ...(file !== undefined && { file }),
      job: job.name,
      key: 'agent',
      message: `jobs for ${words} are not run here: keep this job with the system that runs ${words}, or give it a pod spec and the agent kubernetes`,
    });
  }
  return problems;
}
