/** The commit status of a ProwJob (spec plugins-community.md B.2.2). */
import type { ProwJob, ProwJobState } from '../../domain/prowjob.ts';
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

/** Undefined for a job without exactly the one commit that it stands for. */
export function commitStatusOf({ spec, status }: ProwJob): ReportedStatus | undefined {
  const { refs } = spec;
  const pulls = refs?.pulls ?? [];
  const sha = pulls.length === 0 ? refs?.base_sha : pulls[0]?.sha;
  if (!refs || pulls.length > 1 || !sha) return undefined;
  return {
    sha,
    context: spec.context || spec.job,
    state: states[status.state],
    description: describedForBase(status.description ?? '', refs.base_sha),
    targetUrl: status.url ?? '',
  };
}
