/**
 * Messages of the workflow `repoActor`, one per repository: the same as those of `changeActor`, about what belongs to no change.
 *
 * It is started by the first event, with its `RepoTarget` as the only argument; it gives its state to its next run itself.
 */
export { changeEventReceived, explain, jobChanged, state } from './change-actor.messages.ts';
export type { ActorState, Explanation } from './change-actor.messages.ts';
