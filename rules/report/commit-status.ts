/** The commit status of a ProwJob (spec plugins-community.md B.2.2). */
import { statusStates } from '../../domain/jobs/status-state.ts';
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

/** Undefined for a job that is not reported. */
export function commitStatusOf({ report, state, description, url }: ChangeJob): ReportedStatus | undefined {
  if (!report) return undefined;
  const { sha, context, baseSha } = report;
  return {
    sha,
    context,
    state: statusStates[state],
    description: describedForBase(description ?? '', baseSha),
    targetUrl: url ?? '',
  };
}
