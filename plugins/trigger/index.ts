/**
 * Starts and ends the jobs of changes and pushes, and settles who may have tests run (spec plugins-review.md C.6, C.7). Which jobs
 * is decided in `rules/selection`.
 */
import type { Plugin } from '../api.ts';
import { answerComment } from './comments.ts';
import { help } from './help.ts';
import { followPull } from './pulls.ts';
import { startPostsubmits } from './pushes.ts';

export const trigger: Plugin = {
  name: 'trigger',
  help,
  onComment: answerComment,
  onPull: followPull,
  onPush: startPostsubmits,
};
