/** Annotations that an installation demands of every job, such as TestGrid's. */
import { jobProblems, type Warning } from './warning.ts';

export const requiredJobAnnotations: Warning = {
  name: 'required-job-annotations',
  byDefault: true,
  description: 'Jobs that lack an annotation named by --required-job-annotations.',
  find: ({ config, requiredAnnotations }) =>
    jobProblems(config, 'annotations', ({ annotations = {} }) => {
      const missing = requiredAnnotations.filter((name) => annotations[name] === undefined);
      return missing.length > 0 ? `lacks the required ${missing.join(', ')}` : undefined;
    }),
};
