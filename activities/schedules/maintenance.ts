/** Which schedules keep the system in order, by what is configured. */
import type { Client } from '@temporalio/client';
import type { ReconcileInput } from '../../domain/review/reconcile-pass.ts';
import type { RedeliverInput } from '../../domain/review/redelivery-pass.ts';
import type { SinkerInput } from '../../domain/sinker/pass.ts';
import { ids } from '../../domain/wire.ts';
import { dropMaintenanceSchedule, syncMaintenanceSchedule, type MaintenanceSchedule } from './maintenance-schedule.ts';

export interface MaintenanceNeeds {
  sweepEveryMs: number;
  /** Names of the code hosts. */
  hosts: readonly string[];
  /** Whether webhooks are sent to us, and not fetched: then hosts are asked for those that were lost. */
  webhooks: boolean;
}

const minuteMs = 60_000;

/** Brings the schedules in line; those that nothing calls for are removed. */
export async function syncMaintenance(client: Client, needs: MaintenanceNeeds): Promise<void> {
  const wanted = maintenanceSchedules(needs);
  for (const schedule of wanted) await syncMaintenanceSchedule(client, schedule);
  const kept = new Set(wanted.map(({ id }) => id));
  for (const id of [ids.redeliver, ids.reconcile]) if (!kept.has(id)) await dropMaintenanceSchedule(client, id);
}

export function maintenanceSchedules({ sweepEveryMs, hosts, webhooks }: MaintenanceNeeds): MaintenanceSchedule[] {
  const sweep: MaintenanceSchedule = {
    id: ids.sinker,
    workflowType: 'sinker',
    everyMs: sweepEveryMs,
    input: { v: 1 } satisfies SinkerInput,
    summary: 'sweep of old pods, ProwJobs and records',
  };
  if (hosts.length === 0) return [sweep];
  const redeliver: MaintenanceSchedule = {
    id: ids.redeliver,
    workflowType: 'redeliver',
    everyMs: 5 * minuteMs,
    input: { v: 1, hosts } satisfies RedeliverInput,
    summary: 'webhooks that were lost, once more',
  };
  const reconcile: MaintenanceSchedule = {
    id: ids.reconcile,
    workflowType: 'reconcile',
    everyMs: 60 * minuteMs,
    input: { v: 1, hosts } satisfies ReconcileInput,
    summary: 'open changes that no webhook told of',
  };
  return [sweep, ...(webhooks ? [redeliver] : []), reconcile];
}
