/** Finds a ProwJob that may have been started just now: visibility lags about a second behind. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ProwJobs, ProwJobSummary } from './api.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Names of ProwJobs are run ids; anything else can never be found. */
export function isProwJobName(name: string): boolean {
  return uuid.test(name);
}

const pollMs = 250;

/** Undefined when it does not show within the time (default 2 s). */
export async function findSoon(
  prowJobs: Pick<ProwJobs, 'find'>,
  name: string,
  waitMs = 2_000,
): Promise<ProwJobSummary | undefined> {
  if (!isProwJobName(name)) return undefined;
  const deadline = Date.now() + waitMs;
  for (;;) {
    const found = await prowJobs.find(name);
    if (found || Date.now() >= deadline) return found;
    await delay(pollMs);
  }
}
