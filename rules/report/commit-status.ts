/** The commit status of a ProwJob (spec plugins-community.md B.2.2). */
import type { ProwJobState } from '../../domain/prowjob.ts';
import type { ChangeJob } from '../../domain/review/change-jobs.ts';
import type { StatusState } from '../../domain/review/item.ts';
import { describedForBase } from '../status-description.ts';

export interface ReportedStatus {
  sha: string;
  context: string;
  state: StatusState;
  description: string;
  /** May be empty while the run has not begun. */
  targetUrl: string;
}

/** `scheduling` counts as pending: upstream does not know it, and fails until the state moves on (Q7). */
const states: Readonly<Record<ProwJobState, StatusState>> = {
  scheduling: 'pending',
  triggered: 'pending',
  pending: 'pending',
  success: 'success',
  failure: 'failure',
  aborted: 'failure',
  error: 'error',
};

/** Undefined for a job that is not reported. */
export function commitStatusOf({ report, state, description, url }: ChangeJob): ReportedStatus | undefined {
  if (!report) return undefined;
  const { sha, context, baseSha } = report;
  return {
    sha,
    context,
    state: states[state],
    description: describedForBase(description ?? '', baseSha),
    targetUrl: url ?? '',
  };
}
