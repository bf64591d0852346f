/**
 * Waits for a condition that becomes true by itself, in real time: the alternative to sleeping for luck.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 30 s: machines of CI are slow at times. */
  timeoutMs?: number;
  /** Default 20 ms. */
  intervalMs?: number;
}

/** Resolves when `check` answers true. Rejects after the timeout, naming what was waited for. */
export async function eventually(
  check: () => boolean | Promise<boolean>,
  what: string,
  { timeoutMs = 30_000, intervalMs = 20 }: EventuallyOptions = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await sleep(intervalMs);
  }
}
