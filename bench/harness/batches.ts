/** Many calls at once, a few at a time, and how long things take. */

/** Calls `make` for 0..count-1 with at most `parallel` calls under way; results in order. Rejects with the first failure. */
export async function inBatches<T>(count: number, make: (index: number) => Promise<T>, parallel = 20): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(parallel, count) }, async () => {
      for (let index = next++; index < count; index = next++) results[index] = await make(index);
    }),
  );
  return results;
}

/** Seconds. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
