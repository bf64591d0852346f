/** Waits for what a step says, and says how things stand where it does not come. */
import { setTimeout as pause } from 'node:timers/promises';
import { DemoError } from './demo-error.ts';

/** Steps take a second or two; on a busy machine with little memory many times that. */
const defaultPatienceMs = 60_000;
const pollMs = 100;

/**
 * Reads until there is an answer, and resolves with it: `answer` gives undefined for "not yet". Rejects with DemoError, which ends
 * with what was read last.
 */
export async function when<Read, Answer>(
  what: string,
  read: () => Promise<Read>,
  answer: (value: Read) => Answer | undefined,
  patienceMs = defaultPatienceMs,
): Promise<Answer> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await read();
    const found = answer(value);
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      throw new DemoError(`${what}: not within ${patienceMs / 1000} s. At the end there was ${JSON.stringify(value)}.`);
    }
    await pause(pollMs);
  }
}
