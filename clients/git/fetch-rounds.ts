/**
 * Many ask for the same repository, and one fetch serves them all: while it is under way, wishes gather for the next, which
 * begins when it has ended. So whoever joins gets what the host had after they joined, and a burst of events costs two fetches.
 */

export interface FetchWish {
  /** Branches whose heads are asked for. */
  branches: readonly string[];
  /** Commits that must be there afterwards, with the ref that most likely leads to them. */
  commits: readonly WantedCommit[];
}

export interface WantedCommit {
  sha: string;
  ref?: string;
}

interface Round {
  branches: Set<string>;
  commits: Map<string, WantedCommit>;
  waiting: number;
  stop: AbortController;
  ended: Promise<void>;
  isOver: boolean;
}

export interface FetchRounds {
  /** Resolves when a fetch that began after the call has brought it. Rejects with what the fetch rejects with, or the signal. */
  join(wish: FetchWish, signal: AbortSignal): Promise<void>;
}

/** A fetch is given up once nobody waits for it any more. */
export function createFetchRounds(fetch: (wish: FetchWish, signal: AbortSignal) => Promise<void>): FetchRounds {
  let current: Promise<unknown> = Promise.resolve();
  let next: Round | undefined;

  function gathering(): Round {
    if (next) return next;
    const round: Round = {
      branches: new Set(),
      commits: new Map(),
      waiting: 0,
      stop: new AbortController(),
      ended: Promise.resolve(),
      isOver: false,
    };
    const begin = async () => {
      if (next === round) next = undefined;
      round.stop.signal.throwIfAborted();
      try {
        await fetch({ branches: [...round.branches], commits: [...round.commits.values()] }, round.stop.signal);
      } finally {
        round.isOver = true;
      }
    };
    round.ended = current.then(begin, begin);
    current = round.ended;
    // Those who wait hear of it; without any, nobody has to.
    round.ended.catch(() => undefined);
    return (next = round);
  }

  return {
    async join({ branches, commits }, signal) {
      signal.throwIfAborted();
      const round = gathering();
      for (const branch of branches) round.branches.add(branch);
      for (const commit of commits) round.commits.set(commit.sha, commit);
      round.waiting += 1;
      let leave: (() => void) | undefined;
      try {
        await Promise.race([
          round.ended,
          new Promise<never>((_resolve, reject) => {
            leave = () => reject(signal.reason as Error);
            signal.addEventListener('abort', leave, { once: true });
          }),
        ]);
      } finally {
        if (leave) signal.removeEventListener('abort', leave);
        round.waiting -= 1;
        if (round.waiting === 0 && !round.isOver) {
          // A round that has not begun must not take in others any more.
          if (next === round) next = undefined;
          round.stop.abort(new Error('Nobody waits for it any more.'));
        }
      }
    },
  };
}
