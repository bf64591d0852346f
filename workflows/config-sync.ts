/**
 * The one writer of schedules: reconciles them with the configuration when it changes, when asked, and hourly
 * (architecture.md 2.1; temporal.md 3.2). One id, so that no two reconciles ever race.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CapacityActivities } from '../activities/capacities.ts';
import type { ScheduleActivities, SyncRequest, SyncResult } from '../activities/schedules.ts';
import { taskQueues } from '../domain/wire.ts';
import { configChanged, kick, state } from './config-sync.messages.ts';

const hourMs = 3_600_000;

const { syncSchedules, syncCapacities } = proxyActivities<ScheduleActivities & CapacityActivities>({
  taskQueue: taskQueues.admin,
  summary: 'reconcile with the configuration',
  startToCloseTimeout: 1_800_000,
  heartbeatTimeout: 60_000,
  retry: { initialInterval: 1_000, maximumInterval: 60_000 },
});

export async function configSync(): Promise<void> {
  // Whoever starts it says what for, by signal or update; a continued run has just reconciled.
  let due = false;
  let last: { last?: SyncResult; at?: string } = {};
  let turn: Promise<unknown> = Promise.resolve();

  /** Reconciles run one after the other, whoever asks. */
  const sync = (request: SyncRequest): Promise<SyncResult> => {
    const next = turn.then(async () => {
      const [result] = await Promise.all([syncSchedules(request), syncCapacities()]);
      last = { last: result, at: new Date().toISOString() };
      setCurrentDetails(summarise(result));
      return result;
    });
    turn = next.catch(() => undefined);
    return next;
  };

  setHandler(state, () => last);
  setHandler(configChanged, () => void (due = true));
  setHandler(kick, (request) => sync(request ?? {}));

  while (!workflowInfo().continueAsNewSuggested && workflowInfo().historyLength < 2_000) {
    await condition(() => due, hourMs);
    due = false;
    await sync({});
  }
  // A signal that comes while the last handler finishes is served by this run.
  await condition(allHandlersFinished);
  if (due) await sync({});
  await continueAsNew<typeof configSync>();
}

function summarise(result: SyncResult): string {
  const { created, updated, deleted, unchanged, failed, heldBack } = result;
  const lines = [`${created} created, ${updated} updated, ${deleted} deleted, ${unchanged} unchanged`];
  if (heldBack) lines.push(`**Deletions held back**: ${heldBack.reason}`);
  for (const { job, reason } of failed) lines.push(`- \`${job}\`: ${reason.replaceAll('`', "'")}`);
  return lines.join('\n');
}
