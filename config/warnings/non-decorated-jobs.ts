/** Jobs without the pod utilities: nothing clones for them, and their results are not uploaded. */
import { jobProblems, type Warning } from './warning.ts';

export const nonDecoratedJobs: Warning = {
  name: 'non-decorated-jobs',
  byDefault: true,
  description: 'Jobs that do not use the pod utilities.',
  find: ({ config }) =>
    jobProblems(config, 'decorate', ({ agent, decorate }) =>
      agent === 'kubernetes' && !(decorate ?? config.main.decorate_all_jobs)
        ? 'does not use the pod utilities; set decorate: true to have it cloned, logged and uploaded'
        : undefined,
    ),
};
