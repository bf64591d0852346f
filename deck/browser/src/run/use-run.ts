/** The data of a job's page, loaded again whenever its job changes. */
import { useEffect, useState } from 'preact/hooks';
import type { DeckStatus, RunPage } from '../../../api.ts';
import { followEvents } from '../shared/events.ts';
import { getJson } from '../shared/http.ts';

export interface RunState {
  run: RunPage | undefined;
  status: DeckStatus | undefined;
  connected: boolean;
  problem: string;
}

/** `source` is everything after `/view/`, decoded. */
export function useRun(source: string): RunState {
  const [state, setState] = useState<RunState>({
    run: undefined,
    status: undefined,
    connected: false,
    problem: '',
  });
  useEffect(() => {
    let isOver = false;
    let name: string | undefined;
    let loads = 0;
    const update = (changes: Partial<RunState>) => {
      if (!isOver) setState((previous) => ({ ...previous, ...changes }));
    };

    async function load(): Promise<void> {
      const mine = ++loads;
      try {
        const run = await getJson<RunPage>(`/api/run?src=${encodeURIComponent(source)}`);
        if (mine !== loads) return;
        name = run.row?.name;
        update({ run, status: run.status, problem: '' });
      } catch (error) {
        update({ problem: error instanceof Error ? error.message : String(error) });
      }
    }

    const end = followEvents({
      connected() {
        update({ connected: true });
        void load();
      },
      disconnected: () => update({ connected: false }),
      status: (status) => update({ status }),
      jobs({ changed }) {
        if (changed.some((row) => row.name === name)) void load();
      },
    });
    void load();
    return () => {
      isOver = true;
      end();
    };
  }, [source]);
  return state;
}
