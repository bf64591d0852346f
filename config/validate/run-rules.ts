/** When presubmits and postsubmits run and what they report (spec jobs.md 2.4, 2.5, 2.7). */
import type { Postsubmit, Presubmit } from '../../domain/job-config.ts';
import type { Report } from './report.ts';

/** `trigger` and `rerun_command` come in pairs; that they match each other is checked with the defaults. */
export function checkTriggerPair(job: Presubmit, report: Report): void {
  if (job.trigger && !job.rerun_command) report('rerun_command', 'must be set together with trigger');
  if (!job.trigger && job.rerun_command) report('trigger', 'must be set together with rerun_command');
}

export function checkChangeFilters(job: Presubmit | Postsubmit, report: Report): void {
  const { always_run: always, run_if_changed: run, skip_if_only_changed: skip } = job;
  if (run && skip) report('run_if_changed', 'may not be combined with skip_if_only_changed: keep one of them');
  if (always && run) report('always_run', 'may not be combined with run_if_changed: keep one of them');
  if (always && skip) report('always_run', 'may not be combined with skip_if_only_changed: keep one of them');
}

const gerritReportLabel = 'prow.k8s.io/gerrit-report-label';

export function checkReporting(job: Presubmit | Postsubmit, report: Report): void {
  if (!job.skip_report && !job.context) report('context', 'must be set, since the job reports');
  if (job.skip_report && job.labels?.[gerritReportLabel]) {
    report('skip_report', `may not be combined with the label ${gerritReportLabel}: keep one of them`);
  }
}
