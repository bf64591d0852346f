/**
 * Clone URIs (spec jobs.md 2.1). As in Prow, those of extra refs are only looked at when the job sets one itself.
 */
import type { JobBase } from '../../domain/job-config.ts';
import { urlProblem } from '../url.ts';
import type { Report } from './report.ts';

export function checkCloneUri(job: JobBase, report: Report): void {
  if (!job.clone_uri) return;
  check(job, job.clone_uri, 'clone_uri', report);
  job.extra_refs?.forEach((ref, index) => {
    if (ref.clone_uri) check(job, ref.clone_uri, `extra_refs[${index}].clone_uri`, report);
  });
}

function check(job: JobBase, uri: string, key: string, report: Report): void {
  // `git@host:path` is fine for git: what stands before the first @ is not looked at.
  const problem = urlProblem(uri.slice(uri.indexOf('@') + 1));
  if (problem) return report(key, `must be a URL: ${problem}`);
  if (job.decoration_config?.oauth_token_secret && !/^https?:\/\//.test(uri)) {
    report(key, 'must be http or https, because oauth_token_secret is used');
  }
}
