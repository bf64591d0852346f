/** Check runs that can be overridden: under App authentication only (C.9). */
import type { CheckRun } from '../../domain/review/item.ts';

type State = 'success' | 'pending' | 'failed' | 'expected';

/** Best first: of several runs of one name the best counts, as Tide sees it. */
const order: readonly State[] = ['success', 'pending', 'failed', 'expected'];

/** Names of those whose best run has failed. */
export function failedCheckRuns(runs: readonly CheckRun[]): string[] {
  const best = new Map<string, State>();
  for (const run of runs) {
    const known = best.get(run.name);
    const state = stateOf(run);
    if (!known || order.indexOf(state) < order.indexOf(known)) best.set(run.name, state);
  }
  return [...best].filter(([, state]) => state !== 'success' && state !== 'pending').map(([name]) => name);
}

function stateOf({ completed, conclusion = '' }: CheckRun): State {
  if (!completed) return 'pending';
  const ended = conclusion.toLowerCase();
  if (ended === 'success' || ended === 'neutral') return 'success';
  return ended === 'expected' ? 'expected' : 'failed';
}
