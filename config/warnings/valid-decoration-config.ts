/**
 * Decoration that could not make a pod. Loading refuses such jobs already (spec 1.10), so this finds nothing of its own; it
 * exists since commands name it.
 */
import { checkDecoration } from '../validate/decoration.ts';
import { jobProblems, type Warning } from './warning.ts';

export const validDecorationConfig: Warning = {
  name: 'valid-decoration-config',
  byDefault: false,
  description: 'Decorated jobs whose decoration_config is not complete.',
  find: ({ config }) =>
    jobProblems(config, 'decoration_config', (job) => {
      if (job.agent !== 'kubernetes' || !job.decorate || !job.decoration_config) return undefined;
      const found: string[] = [];
      checkDecoration(job, (key, message) => found.push(`${key}: ${message}`));
      return found.length > 0 ? found.join('; ') : undefined;
    }),
};
