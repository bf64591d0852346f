/**
 * Entry of the workflow bundle: every export is a workflow type (names in `domain/wire.ts`).
 *
 * Nothing at module level but handlers and activity proxies: whatever is here is held once per cached workflow.
 */
export { changeActor } from './change-actor.ts';
export { configSync } from './config-sync.ts';
export { limiter } from './limiter.ts';
export { periodicLoop } from './periodic-loop.ts';
export { prowJob } from './prow-job.ts';
export { reconcile } from './reconcile.ts';
export { redeliver } from './redeliver.ts';
export { repoActor } from './repo-actor.ts';
export { runLog } from './run-log.ts';
export { sinker } from './sinker.ts';
export { startJob } from './start-job.ts';
