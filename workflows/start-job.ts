/**
 * `startJob`: starts a configured job for people and pipelines, who name the job and never type a pod spec.
 *
 * The workflow id carries the request id, so a repeated request answers with the job that was started the first time.
 */
import { proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { JobActivities } from '../activities/jobs.ts';
import { jobWorkflowId, type StartJobRequest, type StartJobResult } from '../domain/start-job.ts';
import { taskQueues } from '../domain/wire.ts';

const { resolveJob, startProwJob } = proxyActivities<JobActivities>({
  taskQueue: taskQueues.admin,
  startToCloseTimeout: 30_000,
  scheduleToCloseTimeout: 3_600_000,
  retry: { initialInterval: 500, maximumInterval: 30_000 },
});

export async function startJob(request: StartJobRequest): Promise<StartJobResult> {
  const input = await resolveJob(request);
  const started = await startProwJob({
    workflowId: jobWorkflowId(workflowInfo().workflowId, input.spec.job),
    input,
  });
  setCurrentDetails(`Started \`${started.job}\` as ProwJob ${started.prowJob} (workflow \`${started.workflowId}\`).`);
  return started;
}
