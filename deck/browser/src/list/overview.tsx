/** The states of all jobs that match, as a bar whose parts filter, and how many of them succeeded lately. */
import type { JobRow } from '../../../api.ts';
import { formatCount } from '../shared/format.ts';
import { stateName } from '../shared/state.tsx';
import { countStates, rateHours, successRate } from './statistics.ts';

const words: Partial<Record<string, string>> = { success: 'succeeded', failure: 'failed' };

export interface OverviewProps {
  rows: readonly JobRow[];
  onState: (state: string) => void;
}

export function Overview({ rows, onState }: OverviewProps) {
  const now = Date.now();
  return (
    <section class="overview" aria-label="Overview">
      <div class="bar">
        {countStates(rows).map(({ state, count, percent }) => (
          <button
            key={state}
            type="button"
            class={`segment segment-${stateName(state)}`}
            style={{ flexGrow: percent }}
            title={`${formatCount(count)} ${words[state] ?? state} jobs`}
            aria-label={`${formatCount(count)} ${words[state] ?? state} jobs: show only these`}
            onClick={() => onState(state)}
          >
            <span>
              {formatCount(count)}
              <span class="segment-name"> {state}</span>
            </span>
          </button>
        ))}
      </div>
      <dl class="rates">
        {rateHours.map((hours) => (
          <Rate key={hours} hours={hours} rate={successRate(rows, hours, now)} />
        ))}
      </dl>
    </section>
  );
}

function Rate({ hours, rate }: { hours: number; rate: number | undefined }) {
  return (
    <div title={`Successes among successes and failures that started in the last ${hours} hours`}>
      <dt>{hours} h</dt>
      <dd class={rate === undefined ? 'none' : rate < 50 ? 'low' : undefined}>
        {rate === undefined ? 'no runs' : `${rate} %`}
      </dd>
    </div>
  );
}
