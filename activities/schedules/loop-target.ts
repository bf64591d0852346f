/**
 * Periodics with `minimum_interval`: one `periodicLoop` workflow each, since no schedule counts from a run's end.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { CompiledLoop } from '../../domain/schedule.ts';
import { ids, signals, taskQueues, workflowTypes } from '../../domain/wire.ts';
import type { PeriodicLoopInput } from '../../workflows/periodic-loop.messages.ts';
import { configHashKey, jobKey, scheduleKey } from '../../workflows/search-attributes.ts';
import type { DesiredPeriodic, PeriodicTarget } from '../schedules.ts';

export function createLoopTarget(client: Client): PeriodicTarget<CompiledLoop> {
  const start = async (desired: DesiredPeriodic<CompiledLoop>) => {
    const input = loopInput(desired);
    await client.workflow.signalWithStart(workflowTypes.periodicLoop, {
      workflowId: ids.periodicLoop(desired.job),
      taskQueue: taskQueues.actors,
      args: [input],
      signal: signals.configChanged,
      signalArgs: [input],
      typedSearchAttributes: [
        { key: jobKey, value: desired.job },
        { key: configHashKey, value: desired.hash },
        { key: scheduleKey, value: desired.schedule },
      ],
      staticSummary: `${desired.job}: ${desired.schedule}`,
    });
  };
  return {
    async list() {
      const found = new Map<string, string | undefined>();
      const query = `WorkflowType="${workflowTypes.periodicLoop}" AND ExecutionStatus="Running"`;
      for await (const loop of client.workflow.list({ query })) {
        const job = loop.typedSearchAttributes.get(jobKey) ?? loop.workflowId.slice(ids.periodicLoopPrefix.length);
        found.set(job, loop.typedSearchAttributes.get(configHashKey));
      }
      return found;
    },
    create: start,
    update: start,
    async delete(job) {
      try {
        await client.workflow.getHandle(ids.periodicLoop(job)).signal(signals.remove);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}

function loopInput({ job, hash, schedule, compiled, input }: DesiredPeriodic<CompiledLoop>): PeriodicLoopInput {
  return { v: 1, job, schedule, minimumIntervalMs: compiled.minimumIntervalMs, run: input, configHash: hash };
}
