/** Names of jobs (spec jobs.md 2.1). Their length is not limited; the checker warns above 63 characters. */
import type { JobBase } from '../../domain/job-config.ts';
import { climbs } from '../../domain/storage-problem.ts';
import type { Report } from './report.ts';

const name = /^[A-Za-z0-9-._]+$/;
/** Jenkins jobs may sit in folders. */
const jenkinsName = /^[A-Za-z0-9-._]([A-Za-z0-9-._/]*[A-Za-z0-9-_])?$/;

export function checkName(job: JobBase, report: Report): void {
  if (!job.name) return report('name', 'must be set');
  const allowed = job.agent === 'jenkins' ? jenkinsName : name;
  if (!allowed.test(job.name)) report('name', 'may contain only letters, digits, dashes, dots and underscores');
  // Its runs would lie in the folder of all jobs, or above it.
  if (climbs(job.name)) report('name', 'may not have "." or ".." as a part');
}
