/**
 * Build ids vended by tot (spec jobs.md 4.5), for installations that already number their runs with it.
 */
import { ApplicationFailure } from '@temporalio/activity';

export interface BuildIdActivities {
  /** The next number of a job, as decimal text. */
  vendBuildId(job: string): Promise<string>;
}

export interface BuildIdDeps {
  /** Base URL of tot; undefined where none is configured. */
  totUrl: string | undefined;
}

export function createBuildIdActivities({ totUrl }: BuildIdDeps): BuildIdActivities {
  return {
    async vendBuildId(job) {
      if (!totUrl) {
        throw ApplicationFailure.nonRetryable(
          'The job wants a build id from tot, but --tot-url is not set.',
          'ConfigInvalid',
        );
      }
      const response = await fetch(`${totUrl.replace(/\/+$/, '')}/vend/${encodeURIComponent(job)}`);
      const text = (await response.text()).trim();
      if (!response.ok || !/^\d{1,20}$/.test(text)) {
        throw ApplicationFailure.retryable(`tot answered ${response.status} for job ${job}.`, 'HostUnavailable');
      }
      return text;
    },
  };
}
