/**
 * Jobs and presets as users write them (spec jobs.md 1.9, 2.1 to 2.8). Their TypeScript side is `domain/job-config.ts`.
 */
import { z } from 'zod';
import { DecorationConfig } from './decoration.ts';
import {
  anything,
  coercedText,
  decoding,
  flag,
  int,
  ints,
  list,
  map,
  part,
  rawObject,
  rejected,
  text,
  textMap,
  texts,
} from './kinds.ts';
import { PodEnvVar, PodSpec, PodToleration, PodVolume, PodVolumeMount } from './pod-spec.ts';
import { Refs } from './refs.ts';

export const SlackReporterConfig = z.object({
  host: text('Slack workspace, where several are configured.'),
  channel: text('Channel to report to.'),
  job_states_to_report: texts('States in which a report is sent; an empty list switches reports off.'),
  report_template: text('Go template over the ProwJob for the message.'),
  report: flag('Whether to report at all.'),
});

export const ReporterConfig = z.object({ slack: part(SlackReporterConfig, 'Slack reports.') });

const TeamSlug = z.object({
  slug: z.string().meta({ description: 'Slug of the team.' }),
  org: z.string().meta({ description: 'Organisation of the team.' }),
});

export const RerunAuthConfig = z.object({
  allow_anyone: flag('Everybody may rerun and abort; excludes all lists.'),
  github_team_ids: ints('Ids of GitHub teams that may.'),
  github_team_slugs: list(TeamSlug, 'GitHub teams that may.'),
  github_users: texts('GitHub users that may, in any case.'),
  github_orgs: texts('GitHub organisations whose members may.'),
});

export const ProwJobDefaults = z.object({
  resultstore_config: part(
    z.object({ project_id: text('Google Cloud project of the invocations.') }),
    'Upload to ResultStore.',
  ),
  tenant_id: text('Tenant that the job belongs to.'),
});

/** In job files all text below a preset is coerced (spec 1.2), in the main file none. */
export const Preset = z
  .object({
    labels: textMap(
      'The preset applies to jobs that have all of these labels; without labels it applies to every job.',
    ),
    env: list(PodEnvVar, 'Environment variables added to every container.'),
    volumes: list(PodVolume, 'Volumes added to the pod.'),
    volumeMounts: list(PodVolumeMount, 'Mounts added to every container.'),
    tolerations: list(PodToleration, 'Tolerations added to the pod.'),
  })
  .register(decoding, { coercedBelow: true });

const jobBase = {
  name: z.string().meta({ description: 'Name of the job: letters, digits, and - . _' }),
  labels: textMap('Labels of ProwJob and pod; also what presets are chosen by.'),
  annotations: textMap('Annotations of ProwJob and pod.'),
  max_concurrency: int('Runs of jobs with this name at the same time, in all repositories together; 0 means no limit.'),
  agent: text('What runs the job: kubernetes.'),
  cluster: text('Alias of the build cluster. The process executor runs jobs of all clusters on its machine.'),
  namespace: text('Namespace of the pod: must equal pod_namespace.'),
  error_on_eviction: flag(
    'A pod that is evicted, drained or displaced ends the job with `error` instead of being started again.',
  ),
  spec: part(PodSpec, 'The pod to run, with at least one container.'),
  pipeline_run_spec: rawObject('Tekton pipeline run; jobs for Tekton are not run.'),
  tekton_pipeline_run_spec: rawObject('Tekton pipeline run; jobs for Tekton are not run.'),
  reporter_config: part(
    ReporterConfig,
    'Where results are reported besides the code host. Decoded; without effect until the reporter is there.',
  ),
  rerun_auth_config: part(RerunAuthConfig, 'Who may rerun and abort the job.'),
  hidden: flag('Shown by Deck only with --show-hidden or --hidden-only.'),
  prowjob_defaults: part(ProwJobDefaults, 'Fields of the ProwJob.'),
  job_queue_name: text('Queue that the job waits in: a key of plank.job_queue_capacities.'),
  decorate: flag('Clone, keep the log and store artifacts; decorate_all_jobs if unset.'),
  decoration_config: part(
    DecorationConfig,
    'How that is done: merged onto the defaults. A job that has one is decorated, whatever decorate says.',
  ),
  path_alias: text(
    'Import path below GOPATH/src that the repository under test is cloned to. Without effect on periodics and extra_refs, like the four keys that follow.',
  ),
  clone_uri: text('URI to clone the repository under test from.'),
  skip_submodules: flag('Do not check out its submodules.'),
  clone_depth: int('Number of its commits to fetch; 0 means all.'),
  skip_fetch_head: flag('Fetch only the wanted commits, not the tips of its branches.'),
  extra_refs: list(Refs, 'Further repositories to clone.'),
};

const branchFilter = {
  branches: texts('Regular expressions, searched unanchored in the branch name; the job runs if one matches.'),
  skip_branches: texts('Regular expressions; the job does not run if one matches.'),
};
const changeFilter = {
  run_if_changed: text('Regular expression; the job runs if a changed file matches.'),
  skip_if_only_changed: text('Regular expression; the job does not run if all changed files match.'),
};
const contextReporter = {
  context: text('Context of the commit status.'),
  skip_report: flag('Report no status and no comment.'),
};
const jenkinsSpec = {
  jenkins_spec: part(
    z.object({ github_branch_source_job: flag('Made by the GitHub branch source plugin.') }),
    'Jenkins only; jobs for Jenkins are not run.',
  ),
};

export const Presubmit = z
  .object({
    ...jobBase,
    ...branchFilter,
    ...changeFilter,
    ...contextReporter,
    ...jenkinsSpec,
    always_run: flag('Run for every change of the repository.'),
    optional: flag('Its result is not needed for merging.'),
    trigger: coercedText(
      'Regular expression of the comments that start the job. To be set together with rerun_command.',
    ),
    rerun_command: coercedText('Comment that starts the job; must match the trigger.'),
    run_before_merge: flag('Run before merging whatever the change filters say.'),
  })
  .register(decoding, { isJob: true });

export const Postsubmit = z
  .object({
    ...jobBase,
    ...branchFilter,
    ...changeFilter,
    ...contextReporter,
    ...jenkinsSpec,
    always_run: flag('Unset behaves as true; false without a change filter never runs on push.'),
  })
  .register(decoding, { isJob: true });

const Retry = z.object({
  attempts: int('Further runs after a failure; at most 10.'),
  interval: coercedText('Pause before each, as a duration.'),
  run_all: flag('Run all attempts even after a success.'),
});

export const Periodic = z
  .object({
    ...jobBase,
    interval: coercedText('Time between starts, as a duration.'),
    minimum_interval: coercedText('Time between the end of a run and the start of the next, as a duration.'),
    cron: coercedText('Cron expression in UTC: five or six fields, or a word such as @daily.'),
    tags: list(z.string().register(decoding, { coerced: true }), 'Free text for other consumers.'),
    retry: part(Retry, 'Repeat failed runs, inside the same scheduled start.'),
    concurrency_policy: part(
      z.enum(['Forbid', 'Allow', 'Replace']).register(decoding, {
        accept: acceptConcurrencyPolicy,
        expected: 'Forbid, Allow or Replace',
      }),
      'What happens when a start is due while a run is going on: Forbid skips the start, Allow starts beside it, Replace aborts it. ' +
        'The default waits with one start for interval jobs, and skips it for cron jobs. Not for minimum_interval. Not a key of Prow.',
    ),
  })
  .register(decoding, { isJob: true });

function acceptConcurrencyPolicy(value: unknown): unknown {
  return value === 'Forbid' || value === 'Allow' || value === 'Replace' ? value : rejected;
}

/** Keys of job files, also allowed in the main file. */
export const jobFileShape = {
  presets: list(Preset, 'Settings added to the pods of jobs by label.'),
  presubmits: map(z.array(Presubmit), 'Jobs for pull requests, by org/repo.'),
  postsubmits: map(z.array(Postsubmit), 'Jobs for pushes, by org/repo.'),
  periodics: list(Periodic, 'Jobs that run by the clock.'),
  decorate_all_jobs: flag('Decorate jobs that do not say; has an effect in the main file only.'),
  prow_ignored: anything('Reserved for foreign data such as YAML anchors; never read.'),
};

export const JobFile = z.object(jobFileShape);

/** The files of a repository that configures jobs itself: plain lists, and no periodics (spec 1.8). */
export const InRepoFile = z.object({
  presets: list(Preset, 'Settings added by label to the pods of the jobs in the repository.'),
  presubmits: list(Presubmit, 'Jobs for pull requests to the repository.'),
  postsubmits: list(Postsubmit, 'Jobs for pushes to the repository.'),
  prow_ignored: anything('Reserved for foreign data such as YAML anchors; never read.'),
});
