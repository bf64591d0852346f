/**
 * ProwJobs as executions: counted, looked up in numbers, deleted. For the sweep, which is their only remover.
 */
import type { Client } from '@temporalio/client';
import type { ProwJobSummary } from './api.ts';
import { isProwJobName } from './find-soon.ts';
import { createProwJobs } from './prowjobs.ts';
import { workflowTypes } from '../../domain/wire.ts';

export interface Executions {
  /** Those that have ended and started before this time. */
  closedBefore(startMs: number): AsyncIterable<ProwJobSummary>;
  /** Whether a run of this periodic started after this one's start. */
  hasLaterRun(job: string, startMs: number): Promise<boolean>;
  /** By name, at most `maxLookup` at a time; names that nobody knows are missing. */
  lookUp(names: readonly string[]): Promise<Map<string, ProwJobSummary>>;
  /** Whether the ProwJob's workflow goes on, also under another run id after a reset. */
  isOpen(name: string): Promise<boolean>;
  count(): Promise<number>;
  /** Of one that has ended; resolves where it is gone already. */
  delete(summary: Pick<ProwJobSummary, 'workflowId' | 'name'>): Promise<void>;
}

/** A list filter of so many names is about 4 KB. */
export const maxLookup = 100;

const notFound = 5;

export function createExecutions(client: Client): Executions {
  const prowJobs = createProwJobs(client);
  const type = `WorkflowType="${workflowTypes.prowJob}"`;
  const counted = async (query: string) => (await client.workflow.count(`${type} AND ${query}`)).count;
  return {
    closedBefore: (startMs) =>
      prowJobs.list({ query: `ExecutionStatus!="Running" AND StartTime<"${new Date(startMs).toISOString()}"` }),

    async hasLaterRun(job, startMs) {
      // The server keeps nanoseconds and tells milliseconds: the run itself is before the next one.
      const after = new Date(startMs + 1).toISOString();
      return (await counted(`ProwType="periodic" AND ProwJob=${JSON.stringify(job)} AND StartTime>"${after}"`)) > 0;
    },

    async lookUp(names) {
      const found = new Map<string, ProwJobSummary>();
      const possible = names.filter(isProwJobName);
      if (possible.length === 0) return found;
      const query = `RunId IN (${possible.map((name) => `"${name}"`).join(',')})`;
      for await (const summary of prowJobs.list({ query })) found.set(summary.name, summary);
      return found;
    },

    async isOpen(name) {
      const summary = await prowJobs.find(name);
      if (!summary) return false;
      if (summary.executionStatus === 'RUNNING') return true;
      return (await counted(`WorkflowId=${JSON.stringify(summary.workflowId)} AND ExecutionStatus="Running"`)) > 0;
    },

    async count() {
      return (await client.workflow.count(type)).count;
    },

    async delete({ workflowId, name }) {
      try {
        await client.workflowService.deleteWorkflowExecution({
          namespace: client.options.namespace,
          workflowExecution: { workflowId, runId: name },
        });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === notFound)) throw error;
      }
    },
  };
}
