/** docs/reference/failures.md, from the catalogue in `domain/errors.ts`. */
import { failureTypes, type Failure } from '../../domain/errors.ts';
import { generatedFrom, page } from './markdown.ts';

export function failuresPage(): string {
  return page(
    generatedFrom('domain/errors.ts'),
    '# Failures',
    'Types of failure as the Temporal UI, logs and HTTP answers name them. A failing test is none: it is a result. Of an activity ' +
      'that is retried the Temporal UI shows the last failure and the time of the next attempt. Any other error in a workflow is a ' +
      'programming error: its workflow task is repeated until a mended version runs, and nothing is lost meanwhile.',
    ...Object.entries<Failure>(failureTypes).flatMap(([type, { retry, text, action }]) => [
      `## ${type}`,
      text,
      `- Retried: ${retry ? 'yes' : 'no'}.\n- What to do: ${action}`,
    ]),
  );
}
