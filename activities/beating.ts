/**
 * Long work in an activity that goes through many items: heartbeats in time, and stops when it is told to.
 */
import { cancellationSignal, Context } from '@temporalio/activity';

/** Heartbeats cost a write each; the time-outs of such activities are minutes. */
const everyMs = 10_000;

/** `beat` notes how far the work is, and throws once the activity is cancelled. */
export async function beating(work: (beat: (progress: unknown) => void) => Promise<void>): Promise<void> {
  const context = Context.current();
  const signal = cancellationSignal();
  let progress: unknown;
  const timer = setInterval(() => context.heartbeat(progress), everyMs);
  try {
    await work((next) => {
      progress = next;
      signal.throwIfAborted();
    });
  } finally {
    clearInterval(timer);
  }
}
