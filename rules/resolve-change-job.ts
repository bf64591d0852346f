/**
 * What one of the jobs is made of that an event starts (spec jobs.md 3.6, 4.1, 4.2): the configured job by its name, for the refs
 * of the event.
 */
import type { JobStart } from '../domain/effects.ts';
import type { Postsubmit, Presubmit, Refs } from '../domain/job-config.ts';
import { labelKeys } from '../domain/labels.ts';
import { branchMatches } from './branches.ts';
import { metadataOf, type ProwJobParts } from './prowjob-input.ts';
import { presubmitLabels, prowJobSpecForPostsubmit, prowJobSpecForPresubmit } from './prowjob.ts';

export interface ConfiguredJobs {
  presubmits: readonly Presubmit[];
  postsubmits: readonly Postsubmit[];
}

/** What happened, as jobs see it. */
export interface JobOccasion {
  /** Of the pull, or of the push. */
  refs: Refs;
  /** Delivery id of the event; becomes a label. */
  delivery: string;
}

/** A text for people where there is no such job for these refs. */
export function resolveChangeJob(
  { job: name, type, labels }: JobStart,
  jobs: ConfiguredJobs,
  { refs, delivery }: JobOccasion,
): ProwJobParts | string {
  const isForPull = (refs.pulls ?? []).length > 0;
  if (isForPull !== (type === 'presubmit')) {
    return `${name} is a ${type} job: a ${isForPull ? 'pull request' : 'push'} does not start it.`;
  }
  if (type === 'presubmit') {
    const job = fitting(name, jobs.presubmits, refs);
    if (!job) return whyNone(name, type, jobs.presubmits, refs);
    const callerLabels = { ...presubmitLabels(job, delivery), ...labels };
    return { spec: prowJobSpecForPresubmit(job, refs), ...metadataOf(job), callerLabels };
  }
  const job = fitting(name, jobs.postsubmits, refs);
  if (!job) return whyNone(name, type, jobs.postsubmits, refs);
  const callerLabels = { [labelKeys.eventGuid]: delivery, ...labels };
  return { spec: prowJobSpecForPostsubmit(job, refs), ...metadataOf(job), callerLabels };
}

/**
 * Jobs of one name are told apart by their branches. Where two of them match, the first: the second would be the same job once
 * more, which nobody wants twice (spec jobs.md 2.7, 5.3).
 */
function fitting<J extends Presubmit | Postsubmit>(
  name: string,
  jobs: readonly J[],
  { base_ref = '' }: Refs,
): J | undefined {
  return jobs.find((job) => job.name === name && branchMatches(job, base_ref));
}

function whyNone(
  name: string,
  type: JobStart['type'],
  jobs: readonly (Presubmit | Postsubmit)[],
  { org, repo, base_ref = '' }: Refs,
): string {
  return jobs.some((job) => job.name === name)
    ? `${name} does not run on branch ${base_ref} of ${org}/${repo}.`
    : `No ${type} named ${name} is configured for ${org}/${repo}.`;
}
