/**
 * All activities, grouped by the queue that carries them. `workers/` gives each group its dependencies.
 */
export { createApplyActivities } from './apply-effects.ts';
export { createBuildIdActivities } from './build-ids.ts';
export { createCapacityActivities } from './capacities.ts';
export { createChangeJobActivities } from './change-jobs.ts';
export { createCherryPickActivities } from './cherry-pick.ts';
export { createEvaluateActivities } from './evaluate.ts';
export { recordOfJob } from './find-record.ts';
export { createForcedEndingActivities } from './forced-endings.ts';
export { createForwardActivities } from './forward-event.ts';
export { createJobActivities } from './jobs.ts';
export { createLimitActivities } from './limits.ts';
export { createRecordActivities } from './records.ts';
export { createReconcileActivities } from './reconcile.ts';
export { createRedeliverActivities } from './redeliver.ts';
export { createReportActivities } from './report-jobs.ts';
export { createResolveActivities } from './resolve-event.ts';
export { createRunLogActivities } from './run-logs.ts';
export { createRunActivities } from './runs.ts';
export { createScheduleActivities } from './schedules.ts';
export { createSinkerActivities } from './sinker.ts';
export { createSinkerSiteActivities } from './sinker-site.ts';
export { createSpreadActivities } from './spread-to-changes.ts';
export { tellListener } from './tell-listener.ts';
