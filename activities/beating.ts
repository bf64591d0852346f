/**
 * Work in an activity that may take long: heartbeats in time, and stops when it is told to.
 */
import { cancellationSignal, Context } from '@temporalio/activity';

/** Heartbeats cost a write each; short work ends before its first. Time-outs are three times as long at least. */
const everyMs = 10_000;

/** `beat` notes how far the work is, and throws once the activity is cancelled. */
export async function beating<T>(work: (beat: (progress: unknown) => void) => Promise<T>): Promise<T> {
  const context = Context.current();
  const signal = cancellationSignal();
  let progress: unknown;
  const timer = setInterval(() => context.heartbeat(progress), everyMs);
  try {
    return await work((next) => {
      progress = next;
      signal.throwIfAborted();
    });
  } finally {
    clearInterval(timer);
  }
}
