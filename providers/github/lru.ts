/** Values in memory up to a number of bytes; the least recently used go first. */

export interface Lru<T> {
  get(key: string): T | undefined;
  /** What would take more than a quarter of the room is not kept. */
  set(key: string, value: T, bytes: number): void;
  readonly bytes: number;
}

export function createLru<T>(maxBytes: number): Lru<T> {
  const entries = new Map<string, { value: T; bytes: number }>();
  let sum = 0;

  function remove(key: string): void {
    sum -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const found = entries.get(key);
      if (!found) return undefined;
      entries.delete(key);
      entries.set(key, found);
      return found.value;
    },
    set(key, value, bytes) {
      remove(key);
      if (bytes > maxBytes / 4) return;
      entries.set(key, { value, bytes });
      sum += bytes;
      for (const oldest of entries.keys()) {
        if (sum <= maxBytes) break;
        remove(oldest);
      }
    },
    get bytes() {
      return sum;
    },
  };
}
