/** A stream whose failure is told in other words, and told at all: some libraries leave their reader waiting when a line is cut. */
import { Readable } from 'node:stream';

export interface FailureOptions {
  /** Longest wait for the next piece, in milliseconds. */
  silenceMs?: number;
  /** What has to come, in bytes. */
  size?: number;
}

/** Passes bytes on as they are asked for; ends the source when nobody reads on. */
export function withFailure(
  source: Readable,
  failure: (error: unknown) => Error,
  { silenceMs, size }: FailureOptions = {},
): Readable {
  return Readable.from(pass(), { objectMode: false });

  async function* pass(): AsyncGenerator<Buffer> {
    let passed = 0;
    let waiting: NodeJS.Timeout | undefined;
    const wait = () => {
      if (silenceMs === undefined) return;
      waiting = setTimeout(() => source.destroy(new Error(`nothing came for ${silenceMs / 1000} s`)), silenceMs);
    };
    try {
      wait();
      for await (const chunk of source as AsyncIterable<Buffer>) {
        // A reader may take its time between pieces.
        clearTimeout(waiting);
        passed += chunk.length;
        yield chunk;
        wait();
      }
      if (size !== undefined && passed < size) throw new Error(`the transfer ended after ${passed} of ${size} bytes`);
    } catch (error) {
      throw failure(error);
    } finally {
      clearTimeout(waiting);
    }
  }
}
