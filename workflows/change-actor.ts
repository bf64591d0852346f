/**
 * One change, or one issue: takes its events in order, has the plugins of the repository evaluate each, and carries out what they
 * want; tells the host how the jobs of the change stand (architecture.md 2.2, 2.3, 3.8).
 *
 * The story: an event comes → it is resolved and evaluated, its effects are applied → the next. Beside that jobs are reported and
 * errands are run. What all actors have in common is `lib/actor.ts`.
 */
import { continueAsNew } from '@temporalio/workflow';
import type { ChangeTarget } from '../domain/review/actor-target.ts';
import { createActor } from './lib/actor.ts';

/** `carried` is what an earlier run knew. */
export async function changeActor(target: ChangeTarget, carried?: unknown): Promise<void> {
  const actor = createActor(target, carried);
  for (;;) {
    const turn = await actor.next();
    if (turn === 'end') return;
    if (turn === 'continue') return await continueAsNew<typeof changeActor>(target, actor.state);
    await actor.handle(turn);
  }
}
