/** Work of an actor that goes on beside its line of events, one piece at a time. */
import { isCancellation } from '@temporalio/workflow';

export interface Lane {
  /** Begins when there is work and none is under way. */
  kick(): void;
  isBusy(): boolean;
}

/** `next` gives the piece that is to be done now; `idle` is told when there is none left. Pieces deal with their failures. */
export function createLane(next: () => (() => Promise<void>) | undefined, idle: () => void): Lane {
  let isBusy = false;

  const run = async (first: () => Promise<void>) => {
    try {
      for (let work: typeof first | undefined = first; work; work = next()) await work();
    } catch (error) {
      // Of the workflow as a whole: its main loop hears of it as well. Anything else is a programming error.
      if (!isCancellation(error)) throw error;
    } finally {
      isBusy = false;
      idle();
    }
  };

  return {
    kick() {
      if (isBusy) return;
      const first = next();
      if (!first) return;
      isBusy = true;
      void run(first);
    },
    isBusy: () => isBusy,
  };
}
