/** Build clusters that do not exist: such a job ends in an error as soon as it is to run. */
import { jobProblems, type Warning } from './warning.ts';

export const validateClusterField: Warning = {
  name: 'validate-cluster-field',
  byDefault: true,
  description: 'Jobs on a build cluster that is not known, and clusters for agents that have none.',
  find: ({ config, clusters }) =>
    jobProblems(config, 'cluster', ({ agent, cluster }) => {
      if (agent === 'jenkins' && cluster && cluster !== 'default') return 'cannot be set for the agent jenkins';
      if (clusters && cluster && !clusters.has(cluster)) {
        return `${JSON.stringify(cluster)} is not a build cluster; known are ${[...clusters].sort().join(', ')}`;
      }
      return undefined;
    }),
};
