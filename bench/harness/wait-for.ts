/** Waits for a condition on a server, bounded, so that no benchmark runs for ever. */
import { setTimeout as delay } from 'node:timers/promises';

/** Asks every `everyMs` until the answer is true. Rejects after `seconds`, naming what did not come. */
export async function waitFor(
  what: string,
  seconds: number,
  isSo: () => Promise<boolean>,
  everyMs = 250,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await delay(everyMs);
  }
}
