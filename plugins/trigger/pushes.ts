/** Postsubmits of a push to a branch, or of a new tag (C.6). */
import type { PushEvent } from '../../domain/review/events.ts';
import { isDeletion, selectForPush } from '../../rules/selection/push.ts';
import type { Effects, RepoContext } from '../api.ts';
import { startAllPostsubmits } from './job-starts.ts';

export async function startPostsubmits({ ref, after, deleted, files }: PushEvent, context: RepoContext): Effects {
  if (isDeletion({ after, deleted })) return [];
  const push = { ref, after, deleted, commits: [files] };
  return startAllPostsubmits(await selectForPush(push, await context.postsubmits()));
}
