/** Work of which several pieces may be under way, and that is taken up in the order in which it began. */

/** Resolves or rejects as `work` does, once all that was given before under the same key has come to an end. */
export type InLine = <T>(key: string, work: Promise<T>) => Promise<T>;

export function createInLine(): InLine {
  const ends = new Map<string, Promise<unknown>>();

  return async <T>(key: string, work: Promise<T>): Promise<T> => {
    // A failure while it waits is told when its turn comes.
    work.catch(() => undefined);
    const turn = (ends.get(key) ?? Promise.resolve()).then(async () => await work);
    const end = turn.then(
      () => undefined,
      () => undefined,
    );
    ends.set(key, end);
    try {
      return await turn;
    } finally {
      if (ends.get(key) === end) ends.delete(key);
    }
  };
}
