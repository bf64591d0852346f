/** The list of jobs as it is now: loaded once connected, then kept by the changes that arrive. */
import { useEffect, useState } from 'preact/hooks';
import type { DeckStatus, JobChanges, JobList, JobRow } from '../../../api.ts';
import { followEvents } from '../shared/events.ts';
import { getJson } from '../shared/http.ts';
import { mergeRows } from './merge-rows.ts';

export interface Jobs {
  /** Newest start first. Undefined until loaded. */
  rows: readonly JobRow[] | undefined;
  status: DeckStatus | undefined;
  connected: boolean;
  problem: string;
}

const retryMs = 3_000;

export function useJobs(): Jobs {
  const [jobs, setJobs] = useState<Jobs>({ rows: undefined, status: undefined, connected: false, problem: '' });
  useEffect(() => {
    let isOver = false;
    let load = 0;
    let retry: ReturnType<typeof setTimeout> | undefined;
    // Changes that arrive while the list is on its way are applied to it, unless it has them already.
    let waiting: JobChanges[] | undefined = [];
    const update = (changes: Partial<Jobs>) => setJobs((previous) => ({ ...previous, ...changes }));

    async function reload(): Promise<void> {
      const mine = ++load;
      clearTimeout(retry);
      waiting = [];
      try {
        const { items, status, revision } = await getJson<JobList>('/api/jobs');
        if (isOver || mine !== load) return;
        const news = waiting.filter((changes) => changes.revision > revision);
        waiting = undefined;
        update({ rows: news.reduce(mergeRows, items), status, problem: '' });
      } catch (error) {
        if (isOver || mine !== load) return;
        update({ problem: error instanceof Error ? error.message : String(error) });
        retry = setTimeout(() => void reload(), retryMs);
      }
    }

    const end = followEvents({
      connected() {
        update({ connected: true });
        void reload();
      },
      disconnected: () => update({ connected: false }),
      status: (status) => update({ status }),
      jobs(changes) {
        if (waiting) waiting.push(changes);
        else setJobs((previous) => ({ ...previous, rows: mergeRows(previous.rows ?? [], changes) }));
      },
    });
    // The list does not wait for the connection, which some proxies delay.
    void reload();
    return () => {
      isOver = true;
      clearTimeout(retry);
      end();
    };
  }, []);
  return jobs;
}
