/**
 * Validates loaded jobs (spec jobs.md 2): every rule, every job, all problems. One concern per file beside this one.
 */
import type { JobBase, Periodic, Postsubmit, Presubmit } from '../../domain/job-config.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { ProwJobType } from '../../domain/prowjob.ts';
import type { Problem } from '../problem.ts';
import { checkAgent } from './agent.ts';
import { checkCloneUri } from './clone-uri.ts';
import { checkDecoration } from './decoration.ts';
import { contextClashes, nameClashes, repeatedPeriodics } from './duplicates.ts';
import { checkMetadata } from './metadata.ts';
import { checkName } from './name.ts';
import { checkPodSpec } from './pod-spec.ts';
import { checkRerunAuth } from './rerun-auth.ts';
import type { Report } from './report.ts';
import { checkChangeFilters, checkReporting, checkTriggerPair } from './run-rules.ts';
import { checkSchedule } from './schedule.ts';

export function validateConfig(config: LoadedConfig): Problem[] {
  const problems: Problem[] = [];
  const reporter = (job: Presubmit | Postsubmit | Periodic): Report => {
    const file = config.sourceOf(job);
    return (key, message) => problems.push({ ...(file !== undefined && { file }), job: job.name, key, message });
  };

  for (const jobs of config.presubmits.values()) {
    for (const job of jobs) {
      const report = reporter(job);
      checkBase(job, 'presubmit', config, report);
      checkTriggerPair(job, report);
      checkChangeFilters(job, report);
      checkReporting(job, report);
    }
    for (const clash of [...nameClashes(jobs, 'presubmit'), ...contextClashes(jobs, 'presubmit')]) {
      reporter(clash.job)(clash.key, clash.message);
    }
  }
  for (const jobs of config.postsubmits.values()) {
    for (const job of jobs) {
      const report = reporter(job);
      checkBase(job, 'postsubmit', config, report);
      checkChangeFilters(job, report);
      checkReporting(job, report);
    }
    for (const clash of [...nameClashes(jobs, 'postsubmit'), ...contextClashes(jobs, 'postsubmit')]) {
      reporter(clash.job)(clash.key, clash.message);
    }
  }
  for (const job of config.periodics) {
    const report = reporter(job);
    checkBase(job, 'periodic', config, report);
    checkSchedule(job, report);
  }
  for (const job of repeatedPeriodics(config.periodics)) {
    reporter(job)('name', 'is the name of another periodic as well; names of periodics must be unique');
  }
  return problems;
}

function checkBase(job: JobBase, type: ProwJobType, config: LoadedConfig, report: Report): void {
  const { pod_namespace: namespace, plank } = config.main;
  checkName(job, report);
  checkAgent(job, namespace, report);
  checkMetadata(job, report);
  if ((job.max_concurrency ?? 0) < 0) report('max_concurrency', 'must be 0 (no limit) or more');
  if (job.job_queue_name && plank.job_queue_capacities?.[job.job_queue_name] === undefined) {
    report(
      'job_queue_name',
      `names the queue ${JSON.stringify(job.job_queue_name)}, which plank.job_queue_capacities does not have`,
    );
  }
  // Prow skips these for jobs that run nothing themselves (spec 2.1).
  if (!job.spec?.containers?.length) return;
  checkRerunAuth(job, report);
  checkCloneUri(job, report);
  checkDecoration(job, report);
  checkPodSpec(job, type, report);
}
