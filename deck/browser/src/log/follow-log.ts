/** Reads a log from an offset on and keeps reading while it grows. */
import { request } from '../shared/http.ts';

export interface FollowOptions {
  /** `RunPage.log` */
  url: string;
  /** Bytes to leave out. */
  offset: number;
  onText: (text: string) => void;
  onEnd: () => void;
  /** An empty text when reading works again. */
  onProblem: (text: string) => void;
}

const pauseMs = 1_000;
const pauseAfterProblemMs = 4_000;

/** Returns the function that ends it. */
export function followLog({ url, offset, onText, onEnd, onProblem }: FollowOptions): () => void {
  const stop = new AbortController();
  // Not fatal: what is no UTF-8 shows as replacement characters. A character may come in two pieces.
  const decoder = new TextDecoder();
  let next = offset;

  async function read(): Promise<boolean> {
    const response = await request(`${url}&offset=${next}`, { signal: stop.signal });
    const content = await response.arrayBuffer();
    next = Number(response.headers.get('x-log-next') ?? next + content.byteLength);
    const isComplete = response.headers.get('x-log-complete') === 'true';
    if (stop.signal.aborted) return true;
    if (content.byteLength > 0) onText(decoder.decode(content, { stream: !isComplete }));
    if (isComplete) onEnd();
    else if (content.byteLength === 0) await pause(pauseMs, stop.signal);
    return isComplete;
  }

  async function follow(): Promise<void> {
    let hadProblem = false;
    while (!stop.signal.aborted) {
      try {
        if (await read()) return;
        if (hadProblem) onProblem('');
        hadProblem = false;
      } catch (error) {
        if (stop.signal.aborted) return;
        hadProblem = true;
        onProblem(error instanceof Error ? error.message : String(error));
        await pause(pauseAfterProblemMs, stop.signal);
      }
    }
  }

  void follow();
  return () => stop.abort();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
