/** Who may run a job again (spec jobs.md 1.11): everybody or a list, not both. */
import type { JobBase } from '../../domain/job-config.ts';
import { rerunAuthProblem } from '../main-checks.ts';
import type { Report } from './report.ts';

export function checkRerunAuth(job: JobBase, report: Report): void {
  const problem = job.rerun_auth_config && rerunAuthProblem(job.rerun_auth_config);
  if (problem) report('rerun_auth_config', problem);
}
