/** Configurations of plain periodics, and ProwJobs of such a periodic started as its Schedule would start them. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createJobActivities } from '../../activities/jobs.ts';
import { createLocalBlobStore } from '../../clients/blobs/local.ts';
import { loadForRunning } from '../../config/load.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import type { StartJobResult } from '../../domain/start-job.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { inputForPeriodic } from '../../rules/prowjob-input.ts';
import type { Scope } from './scope.ts';
import type { WorkerConfig } from './worker.ts';

export const plainJob = 'bench-plain';

/** Never due while a benchmark runs. */
const onceAYear = '0 0 1 1 *';

/** Writes a configuration of some plain periodics that share a cron expression. */
export function writeConfig(scope: Scope, names: readonly string[] = [plainJob], cron = onceAYear): WorkerConfig {
  const folder = scope.folder();
  const config = { configPath: join(folder, 'config.yaml'), jobConfigPath: join(folder, 'jobs.yaml') };
  writeFileSync(config.configPath, 'prowjob_namespace: default\npod_namespace: test-pods\n');
  const periodics = names.map((name) => ({
    name,
    cron,
    agent: 'kubernetes',
    spec: { containers: [{ image: 'alpine', command: ['/bin/true'] }] },
  }));
  // JSON is YAML.
  writeFileSync(config.jobConfigPath, JSON.stringify({ periodics }));
  return config;
}

/** The input that the Schedule of a configuration's first periodic carries. */
export async function plainInput({ configPath, jobConfigPath }: WorkerConfig): Promise<ProwJobInput> {
  const config = await loadForRunning({ configPath, jobConfigPaths: [jobConfigPath] });
  const [periodic] = config.periodics;
  if (!periodic) throw new Error('The configuration has no periodic.');
  return inputForPeriodic(periodic, config, { executor: 'none' });
}

/** Starts ProwJobs with the product's own code; resolves with the workflow's id when the server has it. */
export async function createStarter(
  scope: Scope,
  client: Client,
  config: WorkerConfig,
): Promise<() => Promise<string>> {
  const input = await plainInput(config);
  const jobs = createJobActivities({
    client,
    blobs: createLocalBlobStore(scope.folder()),
    config: () => {
      throw new Error('Starting a resolved input reads no configuration.');
    },
    settings: { executor: 'none' },
  });
  return async () => (await jobs.startProwJob({ workflowId: ids.prowJob(randomUUID()), input })).workflowId;
}

/** Starts a ProwJob by name through the workflow `startJob`, as people do; resolves with the ProwJob's workflow id. */
export async function startByName(client: Client): Promise<string> {
  const requestId = randomUUID();
  const result: StartJobResult = await client.workflow.execute(workflowTypes.startJob, {
    workflowId: ids.startJob(requestId),
    taskQueue: taskQueues.jobs,
    args: [{ job: plainJob, requestId }],
  });
  return result.workflowId;
}
