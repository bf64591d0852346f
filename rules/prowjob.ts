/**
 * From a configured job to the spec of a ProwJob (spec jobs.md 4.1, 2.10, 2.11): a snapshot that later configuration does
 * not change. Empty fields are left out. Labels are made in `domain/labels.ts`.
 */
import { labelKeys } from '../domain/labels.ts';
import type {
  DecorationConfig,
  JobBase,
  Periodic,
  Postsubmit,
  Presubmit,
  Refs,
  ReporterConfig,
} from '../domain/job-config.ts';
import type { ProwJobSpec, ProwJobType } from '../domain/prowjob.ts';

/** Periodics have no refs of their own, no context, and are always reportable. */
export function prowJobSpecForPeriodic(job: Periodic): ProwJobSpec {
  return { ...specForJob('periodic', job), report: true };
}

export function prowJobSpecForPresubmit(job: Presubmit, refs: Refs): ProwJobSpec {
  return {
    ...specForChange('presubmit', job, refs),
    ...(!job.skip_report && { report: true }),
    ...(job.rerun_command && { rerun_command: job.rerun_command }),
  };
}

export function prowJobSpecForPostsubmit(job: Postsubmit, refs: Refs): ProwJobSpec {
  return { ...specForChange('postsubmit', job, refs), ...(!job.skip_report && { report: true }) };
}

/** A presubmit that tests several pull requests together: reported by Tide alone, and rerun by nobody. */
export function prowJobSpecForBatch(job: Presubmit, refs: Refs): ProwJobSpec {
  return specForChange('batch', job, refs);
}

/** The labels that the starter of a presubmit adds for an event; postsubmits get the event's id alone. */
export function presubmitLabels(job: Presubmit, eventGuid: string): Record<string, string> {
  return { [labelKeys.eventGuid]: eventGuid, [labelKeys.isOptional]: String(job.optional ?? false) };
}

function specForChange(type: ProwJobType, job: Presubmit | Postsubmit, refs: Refs): ProwJobSpec {
  return {
    ...specForJob(type, job),
    refs: withCloneSettings(refs, job),
    ...(job.context && { context: job.context }),
  };
}

function specForJob(type: ProwJobType, job: JobBase): ProwJobSpec {
  const decoration = job.decoration_config;
  return {
    type,
    job: job.name,
    ...(job.agent && { agent: job.agent }),
    ...(job.cluster && { cluster: job.cluster }),
    ...(job.namespace && { namespace: job.namespace }),
    ...(job.max_concurrency && { max_concurrency: job.max_concurrency }),
    ...(job.error_on_eviction && { error_on_eviction: true }),
    ...(job.extra_refs?.length && { extra_refs: job.extra_refs.map((refs) => withBloblessFetch(refs, decoration)) }),
    ...(decoration && { decoration_config: decoration }),
    ...(job.spec && { pod_spec: job.spec }),
    ...(job.reporter_config && { reporter_config: withReportDefault(job.reporter_config) }),
    ...(job.rerun_auth_config && { rerun_auth_config: job.rerun_auth_config }),
    ...(job.hidden && { hidden: true }),
    ...(job.prowjob_defaults && { prowjob_defaults: job.prowjob_defaults }),
    ...(job.job_queue_name && { job_queue_name: job.job_queue_name }),
  };
}

/** The job's clone settings go to its primary refs only, never to extra refs (spec 2.1). */
function withCloneSettings(refs: Refs, job: JobBase): Refs {
  const { decoration_config: decoration } = job;
  return withBloblessFetch(
    {
      ...refs,
      ...(job.path_alias && { path_alias: job.path_alias }),
      ...(job.clone_uri && { clone_uri: job.clone_uri }),
      ...(job.skip_submodules && { skip_submodules: true }),
      ...(job.clone_depth && job.clone_depth > 0 && { clone_depth: job.clone_depth }),
      ...(job.skip_fetch_head && { skip_fetch_head: true }),
      ...(decoration?.sparse_checkout_files?.length && { sparse_checkout_files: decoration.sparse_checkout_files }),
    },
    decoration,
  );
}

function withBloblessFetch(refs: Refs, decoration: DecorationConfig | undefined): Refs {
  if (refs.blobless_fetch !== undefined || decoration?.blobless_fetch === undefined) return refs;
  return { ...refs, blobless_fetch: decoration.blobless_fetch };
}

/** An explicitly empty list of states means no report; the list itself would get lost on the way (spec 2.10). */
function withReportDefault(config: ReporterConfig): ReporterConfig {
  const { slack } = config;
  if (!slack || slack.report !== undefined) return config;
  return { ...config, slack: { ...slack, report: slack.job_states_to_report?.length !== 0 } };
}
