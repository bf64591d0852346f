/** What the actor of a change or a repository remembers of a ProwJob, to report it (spec plugins-community.md B.2). */
import { duplicateKey } from '../../domain/jobs/duplicates.ts';
import { labelKeys } from '../../domain/labels.ts';
import { isComplete, type ProwJob } from '../../domain/prowjob.ts';
import type { ChangeJob, ReportFacts } from '../../domain/review/change-jobs.ts';
import { isReported, type Reportable, type ReportRules } from './reported-jobs.ts';

/** Undefined for a job that the host is not told of, and for one without exactly the one commit that it stands for. */
export function reportFactsOf({ spec, labels }: Reportable, rules: ReportRules): ReportFacts | undefined {
  const { refs } = spec;
  const pulls = refs?.pulls ?? [];
  const [pull] = pulls;
  const sha = pull ? pull.sha : refs?.base_sha;
  if (!isReported({ spec, labels }, rules) || !refs || pulls.length > 1 || !sha) return undefined;
  const isOptional = labels[labelKeys.isOptional];
  return {
    context: spec.context || spec.job,
    sha,
    baseSha: refs.base_sha ?? '',
    author: pull?.author ?? '',
    ...((isOptional === 'true' || isOptional === 'false') && { optional: isOptional === 'true' }),
    ...(spec.rerun_command && { rerunCommand: spec.rerun_command }),
  };
}

/** Undefined for periodics, which are of no change and no push. */
export function changeJobOf(job: ProwJob, workflowId: string, rules: ReportRules): ChangeJob | undefined {
  const { metadata, spec, status } = job;
  if (spec.type === 'periodic' || !spec.refs) return undefined;
  const report = reportFactsOf({ spec, labels: metadata.labels }, rules);
  return {
    name: metadata.name,
    workflowId,
    job: spec.job,
    type: spec.type,
    key: duplicateKey(job),
    state: status.state,
    complete: isComplete(job),
    startedAt: status.startTime,
    ...(status.url && { url: status.url }),
    ...(status.description && { description: status.description }),
    ...(report && { report }),
  };
}
