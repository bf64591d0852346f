/** From selected jobs to the effect that starts them. */
import type { Effect } from '../../domain/effects.ts';
import type { Postsubmit, Presubmit } from '../../domain/job-config.ts';

/** `labels` are for each of the new ProwJobs. Nothing for no job. */
export function startPresubmits(jobs: readonly Presubmit[], labels: Readonly<Record<string, string>> = {}): Effect[] {
  const extra = Object.keys(labels).length > 0 ? { labels } : {};
  return startAll(jobs.map(({ name }) => ({ job: name, type: 'presubmit', ...extra })));
}

export function startAllPostsubmits(jobs: readonly Postsubmit[]): Effect[] {
  return startAll(jobs.map(({ name }) => ({ job: name, type: 'postsubmit' })));
}

function startAll(jobs: Extract<Effect, { kind: 'startJobs' }>['jobs']): Effect[] {
  return jobs.length > 0 ? [{ kind: 'startJobs', jobs }] : [];
}
