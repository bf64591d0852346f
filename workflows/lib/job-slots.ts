/**
 * The limits that one ProwJob is subject to, in the order in which their slots are taken: queue, job, global
 * (architecture.md 3.7). Unlimited jobs need none and pay nothing.
 */
import type { ProwJob } from '../../domain/prowjob.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { ids } from '../../domain/wire.ts';
import { createSlots, type SlotNeed, type Slots } from './slots.ts';

export function jobSlots(input: ProwJobInput, job: ProwJob): Slots | undefined {
  const { job_queue_name: queue, job: name, max_concurrency: perJob = 0 } = input.spec;
  const { queueCapacity, global = 0 } = input.limits ?? {};
  const needs: SlotNeed[] = [];
  if (queue && queueCapacity !== undefined && queueCapacity >= 0) {
    needs.push({ key: ids.limitQueue(queue), capacity: queueCapacity });
  }
  if (perJob > 0) needs.push({ key: ids.limitJob(name), capacity: perJob });
  if (global > 0) needs.push({ key: ids.limitGlobal, capacity: global });
  return needs.length === 0 ? undefined : createSlots({ createdAt: Date.parse(job.status.startTime), needs });
}
