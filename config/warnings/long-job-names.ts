/** Names that do not fit into a label are shortened there, so selecting by label may find other jobs as well (spec 4.2). */
import { jobProblems, type Warning } from './warning.ts';

const maxLabelLength = 63;

export const longJobNames: Warning = {
  name: 'long-job-names',
  byDefault: true,
  description: 'Jobs whose name is longer than the 63 characters of a label.',
  find: ({ config }) =>
    jobProblems(config, 'name', ({ name, agent }) =>
      agent === 'kubernetes' && name.length > maxLabelLength
        ? `has ${name.length} characters; the label with the name of the job holds ${maxLabelLength}`
        : undefined,
    ),
};
