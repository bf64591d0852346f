/**
 * What a job gets from outside itself when it is loaded (spec jobs.md 1.12): defaults of its fields, decoration, ProwJob
 * defaults and presets, in this order; then its regular expressions must compile. Jobs are changed in place.
 */
import type { JobBase, Periodic, Postsubmit, Preset, Presubmit } from '../domain/job-config.ts';
import type { MainConfig } from '../domain/main-config.ts';
import { effectiveDecoration, effectiveProwJobDefaults } from '../rules/decoration.ts';
import { applyPresets } from '../rules/presets.ts';
import { compileRegex } from '../rules/regex.ts';
import { regexProblem } from './regex-problem.ts';

/** Told of a problem with a job: key below the job, and message. */
export type ReportJob = (key: string, message: string) => void;

export interface JobDefaults {
  main: MainConfig;
  /** All presets in order: main file, then job files. */
  presets: readonly Preset[];
}

function defaultBase(job: JobBase, repo: string, { main, presets }: JobDefaults, report: ReportJob): void {
  job.agent ||= 'kubernetes';
  job.cluster ||= 'default';
  job.namespace ||= main.pod_namespace;
  job.decorate ??= main.decorate_all_jobs;
  if (job.decorate) {
    const entries = main.plank.default_decoration_config_entries;
    job.decoration_config = effectiveDecoration(entries, repo, job.cluster, job.decoration_config);
  }
  job.prowjob_defaults = effectiveProwJobDefaults(
    main.prowjob_default_entries,
    repo,
    job.cluster,
    job.prowjob_defaults,
  );
  if (job.spec) for (const problem of applyPresets(job.spec, job.labels, presets)) report('spec', problem);
}

function checkPatterns(job: Presubmit | Postsubmit, report: ReportJob): void {
  for (const field of ['branches', 'skip_branches'] as const) {
    const patterns = job[field];
    // Joined first: entries that are not valid alone may be valid together, and the other way round (spec 2.6).
    const problem = patterns?.length ? regexProblem(patterns.join('|')) : undefined;
    if (problem) report(field, `must be regular expressions (RE2): ${problem}`);
  }
  // Prow looks at one of the two; having both is an error of its own.
  const field = job.run_if_changed ? 'run_if_changed' : 'skip_if_only_changed';
  const problem = job[field] ? regexProblem(job[field]) : undefined;
  if (problem) report(field, `must be a regular expression (RE2): ${problem}`);
}

export function defaultPresubmit(job: Presubmit, repo: string, defaults: JobDefaults, report: ReportJob): void {
  job.always_run ??= false;
  job.context ||= job.name;
  const isDefault = !job.trigger && !job.rerun_command;
  if (isDefault) {
    job.trigger = `(?m)^/test( | .* )${job.name},?($|\\s.*)`;
    job.rerun_command = `/test ${job.name}`;
  }
  defaultBase(job, repo, defaults, report);
  if (!isDefault && job.trigger && job.rerun_command) checkTrigger(job, report);
  checkPatterns(job, report);
}

function checkTrigger(job: Presubmit, report: ReportJob): void {
  const { trigger = '', rerun_command = '' } = job;
  const problem = regexProblem(trigger);
  if (problem) report('trigger', `must be a regular expression (RE2): ${problem}`);
  else if (!compileRegex(trigger).test(rerun_command)) {
    report('rerun_command', `must match the trigger, but ${JSON.stringify(rerun_command)} does not match ${trigger}`);
  }
}

export function defaultPostsubmit(job: Postsubmit, repo: string, defaults: JobDefaults, report: ReportJob): void {
  job.context ||= job.name;
  defaultBase(job, repo, defaults, report);
  checkPatterns(job, report);
}

export function defaultPeriodic(job: Periodic, defaults: JobDefaults, report: ReportJob): void {
  const first = job.extra_refs?.[0];
  const repo = first ? `${first.org}/${first.repo}` : '';
  defaultBase(job, repo, defaults, report);
  if (job.concurrency_policy && job.minimum_interval) {
    report(
      'concurrency_policy',
      'has no meaning with minimum_interval, whose runs follow each other: remove it, or use interval or cron',
    );
  }
}
