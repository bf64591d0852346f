/** Presubmits that clone one repository twice, into the same place unless an alias differs. */
import { jobProblems, type Warning } from './warning.ts';

export const duplicateJobRefs: Warning = {
  name: 'duplicate-job-refs',
  byDefault: true,
  description: 'Presubmits whose extra_refs repeat a repository or name their own.',
  find: ({ config }) =>
    jobProblems(config, 'extra_refs', ({ extra_refs = [] }, { kind, repo }) => {
      if (kind !== 'presubmit') return undefined;
      const repos = [repo, ...extra_refs.map((ref) => `${ref.org}/${ref.repo}`)];
      const repeated = new Set(repos.filter((name, index) => repos.indexOf(name) !== index));
      return repeated.size > 0 ? `clones ${[...repeated].sort().join(', ')} more than once` : undefined;
    }),
};
