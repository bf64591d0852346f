/** Remembers answers that change seldom, such as who is a member: a new one may take the time until it is seen. */

export interface TtlCache {
  /** The remembered answer, or a new one. What fails is not remembered. */
  get<T>(key: string, read: () => Promise<T>): Promise<T>;
}

const maxEntries = 10_000;

export function createTtlCache({ ttlMs, now }: { ttlMs: number; now: () => number }): TtlCache {
  const entries = new Map<string, { until: number; value: Promise<unknown> }>();
  return {
    async get<T>(key: string, read: () => Promise<T>): Promise<T> {
      const found = entries.get(key);
      if (found && found.until > now()) return await (found.value as Promise<T>);
      const value = read();
      entries.delete(key);
      entries.set(key, { until: now() + ttlMs, value });
      value.catch(() => {
        if (entries.get(key)?.value === value) entries.delete(key);
      });
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries) break;
        entries.delete(oldest);
      }
      return await value;
    },
  };
}
