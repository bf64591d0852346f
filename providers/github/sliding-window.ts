/** At most so much within any span of a length: exact, unlike a bucket that fills up again, which lets nearly the double through. */

export interface SlidingWindow {
  /** Milliseconds until this much fits. What is more than the limit itself fits into an empty window. */
  wait(amount: number): number;
  add(amount: number): void;
}

/** @param limit infinite: nothing is counted; @param now milliseconds */
export function createSlidingWindow(limit: number, spanMs: number, now: () => number): SlidingWindow {
  const entries: { at: number; amount: number }[] = [];
  let sum = 0;

  function forgetOld(): void {
    const firstYoung = entries.findIndex(({ at }) => now() - at < spanMs);
    const old = entries.splice(0, firstYoung < 0 ? entries.length : firstYoung);
    for (const { amount } of old) sum -= amount;
  }

  return {
    wait(amount) {
      if (limit === Infinity) return 0;
      forgetOld();
      if (sum + amount <= limit) return 0;
      let left = sum;
      let wait = 0;
      for (const entry of entries) {
        left -= entry.amount;
        wait = entry.at + spanMs - now();
        if (left + amount <= limit) break;
      }
      return wait;
    },
    add(amount) {
      if (limit === Infinity) return;
      entries.push({ at: now(), amount });
      sum += amount;
    },
  };
}
