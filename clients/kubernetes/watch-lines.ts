/** The lines of a watch as they come, with an end to silence: bookmarks come every minute, so a silent connection is a dead one. */
import type { Readable } from 'node:stream';
import type { Pod, WatchEvent } from './api-types.ts';

/** An object of the API server has at most some MB. */
const maxLineLength = 32 * 1024 * 1024;

export async function* watchEvents<T = Pod>(stream: Readable, silenceMs: number): AsyncGenerator<WatchEvent<T>> {
  const silence = () => stream.destroy(new Error(`the watch was silent for ${silenceMs} ms`));
  let timer = setTimeout(silence, silenceMs);
  let parts: string[] = [];
  let length = 0;
  try {
    stream.setEncoding('utf8');
    for await (const chunk of stream as AsyncIterable<string>) {
      clearTimeout(timer);
      timer = setTimeout(silence, silenceMs);
      const lines = chunk.split('\n');
      const rest = lines.pop() ?? '';
      for (const line of lines) {
        const whole = parts.length > 0 ? parts.join('') + line : line;
        parts = [];
        length = 0;
        if (whole.trim() !== '') yield JSON.parse(whole) as WatchEvent<T>;
      }
      if (rest !== '') parts.push(rest);
      length += rest.length;
      if (length > maxLineLength) throw new Error(`a line of the watch has more than ${maxLineLength} characters`);
    }
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
}
