/**
 * Which states a ProwJob may go through (spec jobs.md 4.4). Who moves it, and when, is decided elsewhere.
 *
 * `aborted` is two things: a request, until the run has ended, and then an end. Only `completionTime` tells them apart.
 */
import type { FinalState, ProwJobState } from '../prowjob.ts';

export const finalStates: readonly FinalState[] = ['success', 'failure', 'aborted', 'error'];

export function isFinal(state: ProwJobState): state is FinalState {
  return finalStates.some((final) => final === state);
}

const transitions: Readonly<Record<ProwJobState | 'new', readonly ProwJobState[]>> = {
  new: ['triggered', 'scheduling'],
  scheduling: ['triggered', 'aborted'],
  triggered: ['pending', 'aborted', 'error'],
  // Pending again: the pod was lost and started anew, with another build id.
  pending: ['pending', 'success', 'failure', 'aborted', 'error'],
  // Aborted again: complete now. An error overwrites it where the build cluster is not known.
  aborted: ['aborted', 'error'],
  success: [],
  failure: [],
  error: [],
};

/** Whether an incomplete ProwJob may go from one state to the other; undefined is one that does not exist yet. */
export function allowed(from: ProwJobState | undefined, to: ProwJobState): boolean {
  return transitions[from ?? 'new'].includes(to);
}
