/** Remembers answers that change seldom, such as who is a member: a new one may take the time until it is seen. */

export interface TtlCache {
  /** The remembered answer, or a new one. What fails is not remembered. */
  get<T>(key: string, read: () => Promise<T>): Promise<T>;
  /** A new answer, whatever is remembered. */
  renew<T>(key: string, read: () => Promise<T>): Promise<T>;
  /** What is remembered; undefined where nothing is, or it is too old. */
  peek<T>(key: string): Promise<T> | undefined;
}

export interface TtlCacheOptions {
  ttlMs: number;
  /** Milliseconds of any clock. */
  now: () => number;
  /** The oldest go first. Default 10,000. */
  maxEntries?: number;
}

export function createTtlCache({ ttlMs, now, maxEntries = 10_000 }: TtlCacheOptions): TtlCache {
  const entries = new Map<string, { until: number; value: Promise<unknown> }>();

  function peek<T>(key: string): Promise<T> | undefined {
    const found = entries.get(key);
    return found && found.until > now() ? (found.value as Promise<T>) : undefined;
  }

  async function renew<T>(key: string, read: () => Promise<T>): Promise<T> {
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
  }

  return {
    get: async (key, read) => await (peek<Awaited<ReturnType<typeof read>>>(key) ?? renew(key, read)),
    renew,
    peek,
  };
}
