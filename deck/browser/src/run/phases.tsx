/** What became of a run, in order: queued, running, ended; with times, and widths in proportion. */
import type { ProwJobStatus } from '../../../../domain/prowjob.ts';
import { formatElapsed } from '../shared/format.ts';
import { stateName } from '../shared/state.tsx';
import { Time } from '../shared/times.tsx';
import { useNow } from '../shared/use-now.ts';

type Times = Pick<ProwJobStatus, 'startTime' | 'pendingTime' | 'completionTime'> & { state: string };

export interface Phase {
  name: string;
  start: string;
  ms: number;
  isOpen: boolean;
}

/** A run that ended before anything was started for it has only waited. */
export function phasesOf({ startTime, pendingTime, completionTime }: Times, now: number): Phase[] {
  const end = completionTime === undefined ? now : Date.parse(completionTime);
  const isOpen = completionTime === undefined;
  const queuedEnd = pendingTime === undefined ? end : Date.parse(pendingTime);
  const queued: Phase = {
    name: 'Queued',
    start: startTime,
    ms: Math.max(0, queuedEnd - Date.parse(startTime)),
    isOpen: isOpen && pendingTime === undefined,
  };
  if (pendingTime === undefined) return [queued];
  return [queued, { name: 'Running', start: pendingTime, ms: Math.max(0, end - queuedEnd), isOpen }];
}

export function Phases({ status }: { status: Times }) {
  const now = useNow(status.completionTime === undefined);
  const phases = phasesOf(status, now);
  const total = Math.max(
    1,
    phases.reduce((sum, { ms }) => sum + ms, 0),
  );
  return (
    <section class="phases" aria-label="Phases">
      <div class="gantt" aria-hidden="true">
        {phases.map(({ name, ms, isOpen }) => (
          <span
            key={name}
            class={`gantt-${name.toLowerCase()} segment-${name === 'Running' ? stateName(status.state) : 'triggered'}${isOpen ? ' open' : ''}`}
            style={{ flexGrow: Math.max(1, (100 * ms) / total) }}
          />
        ))}
      </div>
      <ol>
        {phases.map(({ name, start, ms, isOpen }) => (
          <li key={name}>
            <strong>{name}</strong>
            <span class={isOpen ? 'duration running' : 'duration'}>{formatElapsed(ms)}</span>
            <span class="muted">
              from <Time value={start} />
            </span>
          </li>
        ))}
        {status.completionTime && (
          <li>
            <strong>{endWord(status.state)}</strong>
            <span class="muted">
              at <Time value={status.completionTime} />
            </span>
          </li>
        )}
      </ol>
    </section>
  );
}

const ends: Partial<Record<string, string>> = {
  success: 'Succeeded',
  failure: 'Failed',
  error: 'Ended in error',
  aborted: 'Aborted',
};

function endWord(state: string): string {
  return ends[state] ?? 'Ended';
}
