/** The state of a commit status that stands for a ProwJob (spec plugins-community.md B.2.2). */
import type { ProwJobState } from '../prowjob.ts';
import type { StatusState } from '../review/item.ts';

/** `scheduling` counts as pending: upstream does not know it, and fails until the state moves on (Q7). */
export const statusStates: Readonly<Record<ProwJobState, StatusState>> = {
  scheduling: 'pending',
  triggered: 'pending',
  pending: 'pending',
  success: 'success',
  failure: 'failure',
  aborted: 'failure',
  error: 'error',
};
