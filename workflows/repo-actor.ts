/**
 * One repository, for what belongs to none of its changes: pushes, which start postsubmits; statuses of commits, which it hands to
 * the changes that they are about; statuses of its own jobs (architecture.md 2.3).
 *
 * The story is that of `changeActor`, with one thing before: a status is spread first. What they have in common is `lib/actor.ts`.
 */
import { continueAsNew } from '@temporalio/workflow';
import type { RepoTarget } from '../domain/review/actor-target.ts';
import { statusOf } from '../domain/review/status-of.ts';
import { activityProblem } from './lib/activity-problem.ts';
import { createActor, type Actor } from './lib/actor.ts';
import { summaryLine } from './lib/summary.ts';
import type { Turn } from './lib/turn.ts';

/** `carried` is what an earlier run knew. */
export async function repoActor(target: RepoTarget, carried?: unknown): Promise<void> {
  const actor = createActor(target, carried);
  for (;;) {
    const turn = await actor.next();
    if (turn === 'end') return;
    if (turn === 'continue') return await continueAsNew<typeof repoActor>(target, actor.state);
    const status = statusOf(turn.envelope);
    if (status) await spread(actor, turn, status.sha);
    // Plugins see a status with its change; the bytes of it are kept only where an external plugin may want them.
    if (!status || turn.envelope.payload) await actor.handle(turn);
  }
}

/** A status is a hint: one that cannot be handed on is not tried again later, when others have come. */
async function spread({ acts, chronicle }: Actor, { envelope, story }: Turn, sha: string): Promise<void> {
  try {
    await acts.spreadToChanges.executeWithOptions({ summary: summaryLine(story) }, [{ envelope, sha }]);
  } catch (error) {
    chronicle.failed({ story, what: 'hand it to its changes', reason: activityProblem(error).message });
  }
}
